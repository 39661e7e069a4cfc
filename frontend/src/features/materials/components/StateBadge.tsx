import { useTranslation } from 'react-i18next';
import type { MaterialState } from '@/features/materials/types';
import { cx } from '@/lib/cx';

const tones: Record<MaterialState, string> = {
  queued: 'bg-surface-2 text-ink-2',
  parsing: 'bg-warn-soft text-warn',
  indexing: 'bg-warn-soft text-warn',
  ready: 'bg-accent-soft text-accent',
  failed: 'bg-danger-soft text-danger',
  cancelled: 'bg-surface-2 text-ink-2',
};

interface StateBadgeProps {
  state: MaterialState;
}

export function StateBadge({ state }: StateBadgeProps) {
  const { t } = useTranslation();
  return (
    <span
      data-testid="material-state"
      data-state={state}
      className={cx('inline-block rounded-sm px-2 py-0.5 text-xs font-semibold whitespace-nowrap', tones[state])}
    >
      {t(`materials.state.${state}`)}
    </span>
  );
}
