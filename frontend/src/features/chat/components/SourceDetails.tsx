import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { downloadOriginal } from '@/features/chat/api/download-original';
import { reflow, splitAtQuote } from '@/features/chat/quote';
import type { Source } from '@/features/chat/types';
import { formatTimestamp } from '@/lib/format';
import { showToast } from '@/lib/toast';

interface SourceDetailsProps {
  source: Source;
  heading: string;
  headingId: string;
  onClose: () => void;
}

function Passage({ chunk, quote }: Pick<Source, 'chunk' | 'quote'>) {
  const passage = reflow(chunk);
  const split = splitAtQuote(passage, quote);
  return (
    <blockquote className="border-s-2 border-accent ps-4 leading-relaxed whitespace-pre-line" data-testid="passage">
      {split ? (
        <>
          {split.before}
          <mark>{split.quote}</mark>
          {split.after}
        </>
      ) : (
        passage
      )}
    </blockquote>
  );
}

export function SourceDetails({ source, heading, headingId, onClose }: SourceDetailsProps) {
  const { t } = useTranslation();
  const { mutate: download, isPending } = useMutation({
    mutationFn: downloadOriginal,
    onError: () => showToast(t('source.downloadFailed'), 'danger'),
  });
  const moment = source.start_seconds == null ? null : formatTimestamp(source.start_seconds);
  const facts = [
    { label: t('source.page'), value: source.page === null ? null : String(source.page), testId: 'source-page' },
    { label: t('source.moment'), value: moment },
    { label: t('source.section'), value: source.section },
    { label: t('source.file'), value: source.source },
  ].filter(({ value }) => value !== null && value !== '');

  return (
    <div className="flex min-h-0 flex-1 flex-col" data-testid="source-panel">
      <div className="flex items-center justify-between border-b border-line py-2 ps-5 pe-2.5">
        <p className="text-sm font-semibold text-ink-2">{heading}</p>
        <Button variant="quiet" size="icon" aria-label={t('common.close')} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      {/* A long passage must scroll from the keyboard too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div role="region" tabIndex={0} aria-labelledby={headingId} className="min-h-0 flex-1 overflow-y-auto px-5 pt-4 pb-6 -outline-offset-2">
        <h2 id={headingId} tabIndex={-1} className="text-lg leading-snug font-semibold">
          {source.title}
        </h2>
        <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
          {facts.map(({ label, value, testId }) => (
            <div key={label} className="contents">
              <dt className="text-ink-2">{label}</dt>
              <dd className="min-w-0 font-medium break-words" data-testid={testId}>
                {value}
              </dd>
            </div>
          ))}
        </dl>
        <h3 className="mt-6 mb-2.5 text-sm font-semibold text-ink-2">{t('source.passage')}</h3>
        <Passage chunk={source.chunk} quote={source.quote} />
      </div>
      <div className="border-t border-line p-4 pb-[max(1rem,env(safe-area-inset-bottom))]">
        <Button className="w-full" disabled={isPending} onClick={() => download(source)}>
          <Icon name="download" className="size-4" />
          {t('source.download')}
        </Button>
      </div>
    </div>
  );
}
