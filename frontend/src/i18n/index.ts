import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { readStored, writeStored } from '@/lib/storage';
import { en } from './locales/en';
import { ptBR } from './locales/pt-BR';

export const languages = ['pt-BR', 'en'] as const;
export type Language = (typeof languages)[number];

const key = 'dna.language';

function initialLanguage(): Language {
  const stored = readStored(localStorage, key);
  const chosen = languages.find((language) => language === stored);
  return chosen ?? (navigator.language.startsWith('en') ? 'en' : 'pt-BR');
}

export function chooseLanguage(language: Language): void {
  writeStored(localStorage, key, language);
  void i18next.changeLanguage(language);
}

i18next.on('languageChanged', (language) => {
  document.documentElement.lang = language;
});

void i18next.use(initReactI18next).init({
  resources: { 'pt-BR': { translation: ptBR }, en: { translation: en } },
  lng: initialLanguage(),
  fallbackLng: 'pt-BR',
  supportedLngs: languages,
  load: 'currentOnly',
  initAsync: false,
  // React escapes what it renders.
  interpolation: { escapeValue: false },
});
