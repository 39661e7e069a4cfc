import { useTranslation } from 'react-i18next';

/** Three plates lifted in turn. */
export function Plates() {
  return (
    <span className="inline-flex h-4 items-center gap-1" aria-hidden="true">
      <span className="h-full w-1 animate-lift rounded-full bg-accent" />
      <span className="h-full w-1 animate-lift rounded-full bg-accent [animation-delay:150ms]" />
      <span className="h-full w-1 animate-lift rounded-full bg-accent [animation-delay:300ms]" />
    </span>
  );
}

export function PageSpinner() {
  const { t } = useTranslation();
  return (
    <div role="status" className="flex flex-1 items-center justify-center gap-3 p-12 text-sm text-ink-2">
      <Plates />
      {t('common.loading')}
    </div>
  );
}
