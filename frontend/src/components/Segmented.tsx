import { useId } from 'react';

interface SegmentedProps<T extends string> {
  legend: string;
  value: T;
  options: readonly { value: T; label: string; lang?: string }[];
  onChange: (value: T) => void;
  legendHidden?: boolean;
}

export function Segmented<T extends string>({ legend, value, options, onChange, legendHidden }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset>
      <legend className={legendHidden ? 'sr-only' : 'mb-1.5 text-xs font-semibold text-ink-2'}>{legend}</legend>
      <div className="flex gap-1 rounded-md bg-surface-2 p-1">
        {options.map((option) => (
          <label
            key={option.value}
            lang={option.lang}
            className="flex-1 cursor-pointer rounded-sm px-3 py-1.5 text-center text-sm font-medium text-ink-2 transition-colors hover:text-ink has-checked:bg-surface has-checked:text-ink has-checked:ring-1 has-checked:ring-line-strong has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
