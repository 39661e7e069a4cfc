import { useTranslation } from 'react-i18next';
import type { Source } from '@/features/chat/types';
import { cx } from '@/lib/cx';
import { formatTimestamp } from '@/lib/format';

interface SourceCardProps {
  source: Source;
  /** A nearest passage supports nothing, so it carries no number. */
  numbered: boolean;
  active: boolean;
  onOpen: (n: number) => void;
}

function usePlace(source: Source): string {
  const { t } = useTranslation();
  const page = source.page === null ? null : t('source.pageShort', { page: source.page });
  const moment = source.start_seconds == null ? null : formatTimestamp(source.start_seconds);
  const repeats = source.repeats == null ? null : t('source.repeats', { n: source.repeats });
  return [repeats, page, moment, source.section].filter(Boolean).join(' · ') || source.source;
}

export function SourceCard({ source, numbered, active, onOpen }: SourceCardProps) {
  const { t } = useTranslation();
  const place = usePlace(source);
  return (
    <button
      type="button"
      data-testid="source-card"
      aria-label={`${t('chat.openSource', { n: source.n, title: source.title })}, ${place}`}
      aria-pressed={active}
      onClick={() => onOpen(source.n)}
      className={cx(
        'flex w-full items-center gap-3 rounded-md border bg-surface px-3 py-2.5 text-start transition-colors',
        active ? 'border-accent' : 'border-line hover:border-line-strong',
      )}
    >
      {numbered && (
        <span className="grid size-6 shrink-0 place-items-center rounded-sm bg-accent-soft text-xs font-bold text-accent tabular-nums">
          {source.n}
        </span>
      )}
      <span className="min-w-0">
        <span className="block truncate text-sm font-semibold">{source.title}</span>
        <span className="block truncate text-xs text-ink-2">{place}</span>
      </span>
    </button>
  );
}
