import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { useConversation } from '@/features/chat/hooks/conversation-context';
import { useOpenSource } from '@/features/chat/hooks/use-open-source';
import { cx } from '@/lib/cx';
import { usePageTitle } from '@/lib/hooks/use-page-title';
import { ChatEmpty } from './ChatEmpty';
import { Composer } from './Composer';
import { SourcePanel } from './SourcePanel';
import { TurnView } from './TurnView';

interface ChatPageProps {
  userId: string;
}

export function ChatPage({ userId }: ChatPageProps) {
  const { t } = useTranslation();
  const { turns, busy, ask, retry, stop, clear } = useConversation();
  const { selected, open, close } = useOpenSource(turns);
  const newest = useRef<HTMLLIElement>(null);
  const newestId = turns.at(-1)?.id;
  usePageTitle(t('chat.title'));

  // The new question goes to the top and its answer grows below it: the text being read never moves.
  useEffect(() => {
    if (newestId !== undefined) newest.current?.scrollIntoView({ block: 'start' });
  }, [newestId]);

  const askQuestion = (question: string) => void ask(question);

  return (
    <div className="flex flex-1">
      <div className="mx-auto flex min-w-0 max-w-3xl flex-1 flex-col px-4 sm:px-6">
        {turns.length === 0 ? (
          <ChatEmpty onAsk={askQuestion} />
        ) : (
          <>
            <h1 className="sr-only">{t('chat.title')}</h1>
            <ol className="flex-1 space-y-12 pt-8 pb-10">
              {turns.map((turn) => {
                const isNewest = turn.id === newestId;
                return (
                  <li
                    key={turn.id}
                    ref={isNewest ? newest : null}
                    className={cx(isNewest && turns.length > 1 && 'min-h-[calc(100dvh-14rem)]')}
                  >
                    <TurnView
                      turn={turn}
                      activeSource={selected?.turn.id === turn.id ? selected.source.n : null}
                      onOpenSource={open}
                      onRetry={(id) => void retry(id)}
                    />
                  </li>
                );
              })}
            </ol>
          </>
        )}
        <div className="sticky bottom-0 bg-bg pt-2 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
          {turns.length > 0 && (
            <Button variant="quiet" size="sm" className="-ms-3 mb-1" onClick={clear}>
              <Icon name="plus" className="size-4" />
              {t('chat.newConversation')}
            </Button>
          )}
          <Composer userId={userId} busy={busy} onAsk={askQuestion} onStop={stop} />
        </div>
      </div>
      {selected && <SourcePanel selected={selected} onClose={close} />}
    </div>
  );
}
