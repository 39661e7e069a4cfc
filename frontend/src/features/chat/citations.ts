import type { Source } from './types';

const marker = /\[(\d+(?:\s*[,;]\s*\d+)*)\]/g;
/** A marker whose end has not arrived yet. */
const openMarker = /\s?\[[\d\s,;]*$/;

/** A citation must not begin a line apart from what it supports. */
const gluedToMarker = (text: string) => text.replace(/ +$/, '\u00a0');

export type AnswerPart = { type: 'text'; text: string } | { type: 'citation'; n: number };

/** Splits text at its citation markers; a marker that names no known source is left out. */
export function splitCitations(text: string, known: ReadonlySet<number>): AnswerPart[] {
  const parts: AnswerPart[] = [];
  let end = 0;
  for (const match of text.matchAll(marker)) {
    if (match.index > end) parts.push({ type: 'text', text: gluedToMarker(text.slice(end, match.index)) });
    for (const digits of match[1]?.split(/[,;]/) ?? []) {
      const n = Number(digits);
      if (known.has(n)) parts.push({ type: 'citation', n });
    }
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ type: 'text', text: text.slice(end) });
  return parts;
}

export function withoutOpenMarker(answer: string): string {
  return answer.replace(openMarker, '');
}

export function splitCited(answer: string, sources: Source[]): { cited: Source[]; others: Source[] } {
  const known = new Set(sources.map(({ n }) => n));
  const named = new Set(
    splitCitations(answer, known).flatMap((part) => (part.type === 'citation' ? [part.n] : [])),
  );
  if (named.size === 0) return { cited: sources, others: [] };
  return {
    cited: sources.filter(({ n }) => named.has(n)),
    others: sources.filter(({ n }) => !named.has(n)),
  };
}
