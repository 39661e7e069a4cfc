import { useEffect, useRef, type MouseEvent, type ReactNode } from 'react';
import { cx } from '@/lib/cx';

const shapes = {
  centre: 'm-auto w-[min(28rem,calc(100vw-2rem))] rounded-lg animate-rise',
  sheet: 'mx-auto mt-auto mb-0 w-full max-w-2xl rounded-t-lg max-h-[85dvh] animate-sheet',
} as const;

interface DialogProps {
  labelledBy: string;
  shape?: keyof typeof shapes;
  onClose: () => void;
  children: ReactNode;
}

/** A modal on the browser's own dialog: focus trap, Escape and backdrop come with it. Render it to open it. */
export function Dialog({ labelledBy, shape = 'centre', onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);

  useEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      // Unmounting skips the browser's own return of focus.
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);

  const closeOnBackdrop = (event: MouseEvent) => {
    if (event.target === ref.current) onClose();
  };

  return (
    // Escape is the keyboard's way to do what a click on the backdrop does.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      aria-labelledby={labelledBy}
      onClick={closeOnBackdrop}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={cx('overflow-hidden bg-surface text-ink shadow-floating', shapes[shape])}
    >
      {children}
    </dialog>
  );
}
