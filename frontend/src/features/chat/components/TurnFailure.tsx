import { useTranslation } from 'react-i18next';
import { Notice } from '@/components/Notice';
import { RetryButton } from '@/components/RetryButton';
import type { TurnFailure as Failure } from '@/features/chat/types';
import { useErrorMessage } from '@/lib/api/use-error-message';

interface TurnFailureProps {
  failure: Failure;
  onRetry: () => void;
}

export function TurnFailure({ failure, onRetry }: TurnFailureProps) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const retry = <RetryButton onRetry={onRetry} waitSeconds={failure.retryAfterSeconds} />;

  if (failure.status === 503) {
    return (
      <Notice tone="warn" role="alert" title={t('chat.ragUnavailableTitle')} action={retry}>
        {t('chat.ragUnavailableHint')}
      </Notice>
    );
  }
  if (failure.status === 429) {
    return (
      <Notice tone="warn" role="alert" title={t('chat.rateLimitedTitle')} action={retry}>
        {errorMessage(failure)}
      </Notice>
    );
  }
  const title = t(failure.kind === 'network' ? 'chat.networkTitle' : 'chat.failedTitle');
  return (
    <Notice tone="danger" role="alert" title={title} action={retry}>
      {errorMessage(failure)}
    </Notice>
  );
}
