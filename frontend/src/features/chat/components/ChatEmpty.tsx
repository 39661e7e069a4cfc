import { useTranslation } from 'react-i18next';

const exampleKeys = ['chat.example1', 'chat.example2', 'chat.example3', 'chat.example4'] as const;

interface ChatEmptyProps {
  onAsk: (question: string) => void;
}

export function ChatEmpty({ onAsk }: ChatEmptyProps) {
  const { t } = useTranslation();
  return (
    <div className="my-auto py-8">
      <h1 className="text-2xl font-bold">{t('chat.emptyTitle')}</h1>
      <p className="mt-2 text-ink-2">{t('chat.emptyHint')}</p>
      <ul aria-label={t('chat.examplesLabel')} className="mt-8 grid gap-3 sm:grid-cols-2">
        {exampleKeys.map((key) => (
          <li key={key}>
            <button
              type="button"
              data-testid="example"
              onClick={() => onAsk(t(key))}
              className="h-full w-full rounded-md border border-line bg-surface px-4 py-3.5 text-start text-sm font-medium transition-colors hover:border-accent hover:text-accent"
            >
              {t(key)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
