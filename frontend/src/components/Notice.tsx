import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { Icon } from './Icon';

const tones = {
  danger: 'bg-danger-soft text-danger',
  warn: 'bg-warn-soft text-warn',
  calm: 'bg-accent-soft text-accent',
} as const;

interface NoticeProps {
  tone: keyof typeof tones;
  title?: string;
  children: ReactNode;
  action?: ReactNode;
  role?: 'alert' | 'status';
}

export function Notice({ tone, title, children, action, role }: NoticeProps) {
  return (
    <div role={role} className={cx('flex animate-rise items-start gap-3 rounded-md px-4 py-3', tones[tone])}>
      <Icon name={tone === 'calm' ? 'check' : 'alert'} className="mt-0.5 size-5" />
      <div className="min-w-0 flex-1 text-sm">
        {title !== undefined && <p className="font-semibold">{title}</p>}
        <p className={cx(title !== undefined && 'text-ink')}>{children}</p>
        {action !== undefined && <div className="mt-3">{action}</div>}
      </div>
    </div>
  );
}
