import type { ReactNode } from 'react';

interface StatePageProps {
  title: string;
  hint: string;
  action?: ReactNode;
  /** 'h1' where the message is the whole page. */
  heading?: 'h1' | 'h2';
}

/** A calm, centred message that takes the place of a page or a list. */
export function StatePage({ title, hint, action, heading: Heading = 'h2' }: StatePageProps) {
  return (
    <div className="m-auto flex max-w-md flex-col items-center gap-2 px-4 py-16 text-center">
      <Heading className="text-lg font-semibold">{title}</Heading>
      <p className="text-ink-2">{hint}</p>
      {action !== undefined && <div className="mt-4">{action}</div>}
    </div>
  );
}
