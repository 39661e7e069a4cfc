import { useTranslation } from 'react-i18next';
import type { Source } from '@/features/chat/types';
import { cx } from '@/lib/cx';

interface CitationChipProps {
  source: Source;
  active: boolean;
  onOpen: (n: number) => void;
}

export function CitationChip({ source, active, onOpen }: CitationChipProps) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      data-testid="citation"
      aria-label={t('chat.openSource', { n: source.n, title: source.title })}
      aria-pressed={active}
      title={source.page === null ? source.title : `${source.title}, ${t('source.pageShort', { page: source.page })}`}
      onClick={() => onOpen(source.n)}
      className={cx(
        // The extended hit area keeps a 24 px target without stretching the line.
        'relative mx-px inline-flex h-[1.35em] min-w-[1.35em] -translate-y-[0.1em] items-center justify-center rounded-[0.35em] px-[0.3em]',
        'align-middle text-[0.78em] font-bold tabular-nums transition-colors after:absolute after:-inset-1.5',
        active ? 'bg-accent text-on-accent' : 'bg-accent-soft text-accent hover:bg-accent hover:text-on-accent',
      )}
    >
      {source.n}
    </button>
  );
}
