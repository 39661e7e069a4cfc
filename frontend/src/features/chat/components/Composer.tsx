import { useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { loadDraft, saveDraft } from '@/features/chat/conversation-storage';
import { cx } from '@/lib/cx';

const maximumLength = 4000;
const counterFrom = 3600;

interface ComposerProps {
  userId: string;
  busy: boolean;
  onAsk: (question: string) => void;
  onStop: () => void;
}

function Counter({ length }: { length: number }) {
  const { t } = useTranslation();
  if (length < counterFrom) return null;
  const over = length - maximumLength;
  return (
    <p role="status" className={cx('text-xs font-medium tabular-nums', over > 0 ? 'text-danger' : 'text-ink-2')}>
      {over > 0 ? t('chat.charactersOver', { count: over }) : t('chat.charactersLeft', { count: -over })}
    </p>
  );
}

export function Composer({ userId, busy, onAsk, onStop }: ComposerProps) {
  const { t } = useTranslation();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => loadDraft(userId));
  const question = text.trim();
  const canSend = question !== '' && question.length <= maximumLength && !busy;

  useLayoutEffect(() => {
    if (!area.current) return;
    area.current.style.height = 'auto';
    area.current.style.height = `${area.current.scrollHeight}px`;
  }, [text]);

  const change = (next: string) => {
    setText(next);
    saveDraft(userId, next);
  };

  const send = () => {
    if (!canSend) return;
    change('');
    onAsk(question);
  };

  const sendOnEnter = (event: KeyboardEvent) => {
    // While an accent or a word is being composed, Enter belongs to the input method.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="flex items-end gap-2 rounded-lg border border-line-strong bg-surface p-1.5 shadow-raised focus-within:border-accent focus-within:outline-2 focus-within:outline-accent">
        <textarea
          ref={area}
          rows={1}
          value={text}
          aria-label={t('chat.composerLabel')}
          placeholder={t('chat.composerPlaceholder')}
          className="max-h-48 min-h-10 min-w-0 flex-1 resize-none bg-transparent px-2.5 py-2 outline-none placeholder:text-ink-2"
          onChange={(event) => change(event.target.value)}
          onKeyDown={sendOnEnter}
        />
        {busy ? (
          <Button variant="secondary" size="icon" aria-label={t('chat.stop')} onClick={onStop}>
            <Icon name="stop" className="size-5 fill-current" />
          </Button>
        ) : (
          <Button type="submit" variant="primary" size="icon" aria-label={t('chat.send')} disabled={!canSend}>
            <Icon name="arrowUp" />
          </Button>
        )}
      </div>
      <div className="mt-1.5 flex min-h-4.5 justify-between gap-4 px-1">
        <p className="hidden text-xs text-ink-2 sm:block">{t('chat.composerHint')}</p>
        <Counter length={question.length} />
      </div>
    </form>
  );
}
