import { createContext, use, useMemo, type ComponentProps } from 'react';
import Markdown, { type Components, type ExtraProps } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { withoutOpenMarker } from '@/features/chat/citations';
import { remarkCitations } from '@/features/chat/remark-citations';
import type { Source } from '@/features/chat/types';
import { CitationChip } from './CitationChip';

interface CitationState {
  sources: Source[];
  activeSource: number | null;
  onOpenSource: (n: number) => void;
}

interface AnswerBodyProps extends CitationState {
  answer: string;
}

const CitationContext = createContext<CitationState | null>(null);

function Citation({ node }: ExtraProps) {
  const state = use(CitationContext);
  const source = state?.sources.find(({ n }) => String(n) === node?.properties.dataN);
  if (!state || !source) return null;
  return (
    <>
      <CitationChip source={source} active={source.n === state.activeSource} onOpen={state.onOpenSource} />
      {/* The word joiner keeps the punctuation that follows on the chip's own line. */}
      {'\u2060'}
    </>
  );
}

function AnswerLink({ href, children }: ComponentProps<'a'>) {
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

function ScrollingTable({ children }: ComponentProps<'table'>) {
  return (
    // A wide table scrolls by itself, also from the keyboard, so that the page does not.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="table-scroll" tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}

// Made once: with new component types React would rebuild the chips and drop the focus of the one just used.
const components: Components = { a: AnswerLink, table: ScrollingTable, cite: Citation };

// An image in an answer could only come from elsewhere and would tell that server who reads it.
const disallowed = ['img'];

export default function AnswerBody({ answer, sources, activeSource, onOpenSource }: AnswerBodyProps) {
  const plugins = useMemo(() => [remarkGfm, remarkCitations(new Set(sources.map(({ n }) => n)))], [sources]);
  const state = useMemo(() => ({ sources, activeSource, onOpenSource }), [sources, activeSource, onOpenSource]);
  return (
    <CitationContext value={state}>
      <div className="answer max-w-[68ch]">
        <Markdown remarkPlugins={plugins} components={components} disallowedElements={disallowed} skipHtml>
          {withoutOpenMarker(answer)}
        </Markdown>
      </div>
    </CitationContext>
  );
}
