import { applyTheme, currentTheme } from './theme';

applyTheme(currentTheme());
