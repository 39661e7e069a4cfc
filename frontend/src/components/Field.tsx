import { useId, type ComponentProps, type ReactNode } from 'react';
import { cx } from '@/lib/cx';

interface FieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** A control at the end of the input, such as "show password". */
  trailing?: ReactNode;
}

export function Field({ label, hint, error, trailing, className, ...input }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-semibold">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          aria-invalid={error !== undefined}
          aria-describedby={note === undefined ? undefined : noteId}
          className={cx(
            'h-12 w-full rounded-md border bg-surface px-3.5 text-base',
            error === undefined ? 'border-line-strong' : 'border-danger',
            trailing !== undefined && 'pe-13',
          )}
          {...input}
        />
        {trailing !== undefined && <div className="absolute inset-y-0 end-1 flex items-center">{trailing}</div>}
      </div>
      {note !== undefined && (
        <p id={noteId} className={cx('mt-1.5 text-sm', error === undefined ? 'text-ink-2' : 'text-danger')}>
          {note}
        </p>
      )}
    </div>
  );
}
