import { useTranslation } from 'react-i18next';
import { chooseLanguage, type Language } from '@/i18n';
import { Segmented } from './Segmented';

const options = [
  { value: 'pt-BR', label: 'Português', lang: 'pt-BR' },
  { value: 'en', label: 'English', lang: 'en' },
] as const;

interface LanguageSwitchProps {
  legendHidden?: boolean;
}

export function LanguageSwitch({ legendHidden = false }: LanguageSwitchProps) {
  const { t, i18n } = useTranslation();
  const value: Language = i18n.resolvedLanguage === 'en' ? 'en' : 'pt-BR';
  return (
    <Segmented
      legend={t('nav.language')}
      legendHidden={legendHidden}
      value={value}
      options={options}
      onChange={chooseLanguage}
    />
  );
}
