import { useTranslation } from 'react-i18next';
import { Icon } from '@/components/Icon';
import { splitCited } from '@/features/chat/citations';
import type { Source, Turn } from '@/features/chat/types';
import { SourceCard } from './SourceCard';

interface SourceListProps {
  turn: Turn;
  activeSource: number | null;
  onOpenSource: (n: number) => void;
}

export function SourceList({ turn, activeSource, onOpenSource }: SourceListProps) {
  const { t } = useTranslation();
  const covered = turn.answered !== false;
  const { cited, others } = covered
    ? splitCited(turn.answer, turn.sources)
    : { cited: turn.sources, others: [] };
  if (turn.sources.length === 0) return null;

  const cards = (sources: Source[]) => (
    <ul className="grid gap-2 sm:grid-cols-2">
      {sources.map((source) => (
        <li key={source.n} className="min-w-0">
          <SourceCard source={source} numbered={covered} active={source.n === activeSource} onOpen={onOpenSource} />
        </li>
      ))}
    </ul>
  );

  return (
    <section className="mt-6" data-testid={covered ? 'sources' : 'nearest-sources'}>
      <h3 className="text-sm font-semibold text-ink-2">{t(covered ? 'chat.sources' : 'chat.nearestSources')}</h3>
      {!covered && <p className="text-sm text-ink-2">{t('chat.nearestHint')}</p>}
      <div className="mt-2.5">{cards(cited)}</div>
      {others.length > 0 && (
        <details className="group mt-2">
          <summary className="inline-flex items-center gap-1 rounded-sm py-1.5 text-sm text-ink-2 hover:text-ink">
            <Icon name="chevron" className="size-4 transition-transform group-open:rotate-180" />
            {t('chat.otherSources', { count: others.length })}
          </summary>
          <div className="mt-1.5">{cards(others)}</div>
        </details>
      )}
    </section>
  );
}
