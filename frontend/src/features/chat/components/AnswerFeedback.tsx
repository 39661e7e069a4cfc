import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { giveFeedback } from '@/features/chat/api/give-feedback';
import { useConversation } from '@/features/chat/hooks/conversation-context';
import type { Turn } from '@/features/chat/types';
import { cx } from '@/lib/cx';
import { session } from '@/lib/session';

interface AnswerFeedbackProps {
  turn: Turn;
}

const thumbs = [
  { helpful: true, icon: 'thumbUp', label: 'chat.helpful' },
  { helpful: false, icon: 'thumbDown', label: 'chat.notHelpful' },
] as const;

/** Two thumbs under an answer, for people who are signed in. */
export function AnswerFeedback({ turn }: AnswerFeedbackProps) {
  const { t } = useTranslation();
  const { state } = useConversation();
  const [given, setGiven] = useState<boolean | null>(null);
  const { mutate, isPending, isError, isSuccess } = useMutation({
    mutationFn: giveFeedback,
    onSuccess: (_saved, { helpful }) => setGiven(helpful),
  });
  if (session.token() === null) return null;

  const give = (helpful: boolean) => {
    if (!isPending && helpful !== given) mutate({ turn, threadId: state().threadId, helpful });
  };

  return (
    <div role="group" aria-label={t('chat.feedbackLabel')} className="flex flex-wrap items-center gap-x-1">
      {thumbs.map(({ helpful, icon, label }) => (
        <Button
          key={icon}
          variant="quiet"
          size="icon"
          aria-label={t(label)}
          title={t(label)}
          aria-pressed={given === helpful}
          aria-disabled={isPending}
          className={cx(given === helpful && 'bg-accent-soft text-accent')}
          onClick={() => give(helpful)}
        >
          <Icon name={icon} className={cx('size-4', given === helpful && 'fill-current')} />
        </Button>
      ))}
      <p role="status" className={cx('text-xs', isError ? 'text-danger' : 'text-ink-2')}>
        {isError && t('chat.feedbackFailed')}
        {isSuccess && t('chat.feedbackThanks')}
      </p>
    </div>
  );
}
