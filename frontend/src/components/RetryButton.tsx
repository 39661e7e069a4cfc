import { useTranslation } from 'react-i18next';
import { useCountdown } from '@/lib/hooks/use-countdown';
import { Button } from './Button';
import { Icon } from './Icon';

interface RetryButtonProps {
  onRetry: () => void;
  /** Seconds the server asked us to wait first. */
  waitSeconds?: number | null;
}

export function RetryButton({ onRetry, waitSeconds }: RetryButtonProps) {
  const { t } = useTranslation();
  const left = useCountdown(waitSeconds ?? 0);
  return (
    <Button size="sm" disabled={left > 0} onClick={onRetry}>
      <Icon name="refresh" className="size-4" />
      {left > 0 ? t('common.retryIn', { seconds: left }) : t('common.retry')}
    </Button>
  );
}
