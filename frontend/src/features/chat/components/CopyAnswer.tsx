import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { splitCited } from '@/features/chat/citations';
import type { Turn } from '@/features/chat/types';
import { copyText } from '@/lib/copy-text';

const confirmedForMs = 2000;

interface CopyAnswerProps {
  turn: Turn;
}

export function CopyAnswer({ turn }: CopyAnswerProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), confirmedForMs);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    const sources = turn.answered === false ? [] : splitCited(turn.answer, turn.sources).cited;
    const lines = sources.map(({ n, title, page }) =>
      page === null ? `[${n}] ${title}` : `[${n}] ${title}, ${t('source.pageShort', { page })}`,
    );
    const list = lines.length > 0 ? [`${t('chat.copySources')}\n${lines.join('\n')}`] : [];
    await copyText([turn.answer, ...list].join('\n\n'));
    setCopied(true);
  };

  return (
    <Button variant="quiet" size="sm" className="-ms-3" onClick={() => void copy()}>
      <Icon name={copied ? 'check' : 'copy'} className="size-4" />
      {t(copied ? 'chat.copied' : 'chat.copy')}
    </Button>
  );
}
