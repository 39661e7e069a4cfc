import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';

interface SkipLinkProps {
  targetId: string;
}

export function SkipLink({ targetId }: SkipLinkProps) {
  const { t } = useTranslation();
  // A fragment left in the address would take the focus again at every step back through the history.
  const skip = (event: MouseEvent) => {
    event.preventDefault();
    document.getElementById(targetId)?.focus();
  };
  return (
    <a
      href={`#${targetId}`}
      onClick={skip}
      className="fixed start-3 top-2 z-40 -translate-y-20 rounded-md bg-accent px-4 py-2 text-sm font-semibold text-on-accent focus:translate-y-0"
    >
      {t('common.skipToContent')}
    </a>
  );
}
