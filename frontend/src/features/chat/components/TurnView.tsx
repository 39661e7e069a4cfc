import { lazy, Suspense, useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '@/components/Notice';
import { Plates } from '@/components/Plates';
import { RetryButton } from '@/components/RetryButton';
import type { Turn } from '@/features/chat/types';
import { AnswerFeedback } from './AnswerFeedback';
import { CopyAnswer } from './CopyAnswer';
import { SourceList } from './SourceList';
import { TurnFailure } from './TurnFailure';

const AnswerBody = lazy(() => import('./AnswerBody'));

interface TurnViewProps {
  turn: Turn;
  activeSource: number | null;
  onOpenSource: (turnId: string, n: number) => void;
  onRetry: (turnId: string) => void;
}

const noSources: Turn['sources'] = [];

export function TurnView({ turn, activeSource, onOpenSource, onRetry }: TurnViewProps) {
  const { t } = useTranslation();
  const { id, status, answer, failure } = turn;
  const open = useCallback((n: number) => onOpenSource(id, n), [onOpenSource, id]);
  const ended = status === 'done' || status === 'stopped';
  const notCovered = turn.answered === false;

  return (
    <article data-testid="turn" data-status={status}>
      <div className="flex justify-end">
        <h2 className="max-w-[85%] rounded-lg rounded-ee-sm bg-accent-soft px-4 py-2.5 text-base font-normal tracking-normal whitespace-pre-wrap">
          <span className="sr-only">{t('chat.youAsked')}: </span>
          {turn.question}
        </h2>
      </div>
      <div
        role="group"
        aria-label={t('chat.answerLabel')}
        aria-live="polite"
        aria-busy={status === 'streaming'}
        className="mt-5"
      >
        {status === 'thinking' && (
          <p className="flex items-center gap-3 text-ink-2">
            <Plates />
            {t('chat.thinking')}
          </p>
        )}
        {notCovered && (
          <p className="mb-2 inline-block rounded-sm bg-surface-2 px-2 py-0.5 text-xs font-semibold text-ink-2">
            {t('chat.notCovered')}
          </p>
        )}
        {answer !== '' && (
          <Suspense fallback={<p className="whitespace-pre-wrap">{answer}</p>}>
            <AnswerBody
              answer={answer}
              sources={notCovered ? noSources : turn.sources}
              activeSource={activeSource}
              onOpenSource={open}
            />
          </Suspense>
        )}
        {turn.notice && (
          <div className="mt-3">
            <Notice tone="warn" role="status">
              {turn.notice}
            </Notice>
          </div>
        )}
        {failure && status === 'failed' && <TurnFailure failure={failure} onRetry={() => onRetry(id)} />}
      </div>
      {status === 'stopped' && (
        <div className="mt-3 flex flex-wrap items-center gap-3 text-sm text-ink-2">
          {t('chat.stopped')}
          <RetryButton onRetry={() => onRetry(id)} />
        </div>
      )}
      {ended && answer !== '' && (
        <>
          <SourceList turn={turn} activeSource={activeSource} onOpenSource={open} />
          <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1">
            <CopyAnswer turn={turn} />
            {status === 'done' && <AnswerFeedback turn={turn} />}
            {turn.engine && (
              <p className="text-xs text-ink-2" data-testid="engine">
                {turn.engine === 'extractive' ? t('chat.byExtracts') : t('chat.byModel', { model: turn.engine })}
              </p>
            )}
          </div>
        </>
      )}
    </article>
  );
}
