import { useEffect, useId, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import type { OpenSource } from '@/features/chat/hooks/use-open-source';
import { useMediaQuery } from '@/lib/hooks/use-media-query';
import { SourceDetails } from './SourceDetails';

interface SourcePanelProps {
  selected: OpenSource;
  onClose: () => void;
}

/** Beside the conversation where there is room, a sheet over it where there is not. */
export function SourcePanel({ selected: { turn, source }, onClose }: SourcePanelProps) {
  const { t } = useTranslation();
  const headingId = useId();
  const wide = useMediaQuery('(min-width: 64rem)');
  const openerRef = useRef<Element | null>(null);
  const heading = turn.answered === false ? t('source.panelNearest') : t('source.panel', { n: source.n });

  useEffect(() => {
    const opener = document.activeElement;
    if (opener instanceof HTMLButtonElement) openerRef.current = opener;
    document.getElementById(headingId)?.focus({ preventScroll: true });
  }, [headingId, turn.id, source.n]);

  useLayoutEffect(
    () => () => {
      if (openerRef.current instanceof HTMLElement) openerRef.current.focus({ preventScroll: true });
    },
    [],
  );

  useEffect(() => {
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onClose();
    };
    if (!wide) return;
    document.addEventListener('keydown', closeOnEscape);
    return () => document.removeEventListener('keydown', closeOnEscape);
  }, [wide, onClose]);

  const details = <SourceDetails source={source} heading={heading} headingId={headingId} onClose={onClose} />;
  if (!wide) {
    return (
      <Dialog labelledBy={headingId} shape="sheet" onClose={onClose}>
        <div className="flex max-h-[85dvh] flex-col">{details}</div>
      </Dialog>
    );
  }
  return (
    <aside
      aria-labelledby={headingId}
      className="sticky top-(--header-height) flex h-[calc(100dvh-var(--header-height))] w-104 shrink-0 animate-rise flex-col border-s border-line bg-surface"
    >
      {details}
    </aside>
  );
}
