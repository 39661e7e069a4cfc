import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { chooseTheme, currentTheme, onThemeChange } from '@/lib/theme/theme';
import { Segmented } from './Segmented';

export function ThemeSwitch() {
  const { t } = useTranslation();
  const theme = useSyncExternalStore(onThemeChange, currentTheme);
  return (
    <Segmented
      legend={t('nav.theme')}
      value={theme}
      options={[
        { value: 'system', label: t('nav.themeSystem') },
        { value: 'light', label: t('nav.themeLight') },
        { value: 'dark', label: t('nav.themeDark') },
      ]}
      onChange={chooseTheme}
    />
  );
}
