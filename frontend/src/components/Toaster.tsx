import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { currentToasts, dismissToast, onToastsChange } from '@/lib/toast';
import { cx } from '@/lib/cx';
import { Icon } from './Icon';

export function Toaster() {
  const { t } = useTranslation();
  const toasts = useSyncExternalStore(onToastsChange, currentToasts);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-4 bottom-30 z-30 flex flex-col items-center gap-2"
    >
      {toasts.map((toast) => (
        <div
          key={toast.id}
          className="pointer-events-auto flex max-w-md animate-rise items-center gap-3 rounded-md border border-line bg-surface py-1.5 ps-4 pe-1.5 text-sm font-medium shadow-floating"
        >
          <Icon
            name={toast.tone === 'calm' ? 'check' : 'alert'}
            className={cx('size-5', toast.tone === 'calm' ? 'text-accent' : 'text-danger')}
          />
          {toast.text}
          <button
            type="button"
            aria-label={t('common.dismiss')}
            className="grid size-9 place-items-center rounded-sm text-ink-2 hover:bg-surface-2 hover:text-ink"
            onClick={() => dismissToast(toast.id)}
          >
            <Icon name="close" className="size-4" />
          </button>
        </div>
      ))}
    </div>
  );
}
