import type { ComponentProps } from 'react';
import { cx } from '@/lib/cx';

const variants = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  secondary: 'border border-line-strong bg-surface text-ink hover:bg-surface-2',
  quiet: 'text-ink-2 hover:bg-surface-2 hover:text-ink',
  danger: 'bg-danger text-bg hover:opacity-90',
} as const;

const sizes = {
  md: 'h-11 px-4',
  sm: 'h-9 px-3',
  icon: 'size-10 justify-center',
} as const;

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: keyof typeof variants;
  size?: keyof typeof sizes;
}

export function buttonClass(variant: keyof typeof variants, size: keyof typeof sizes): string {
  return cx(
    'inline-flex shrink-0 items-center justify-center gap-2 rounded-md text-sm font-semibold whitespace-nowrap',
    'transition-colors disabled:cursor-not-allowed disabled:opacity-50',
    variants[variant],
    sizes[size],
  );
}

export function Button({ variant = 'secondary', size = 'md', className, ...rest }: ButtonProps) {
  return <button type="button" className={cx(buttonClass(variant, size), className)} {...rest} />;
}
