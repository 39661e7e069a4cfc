export interface QuoteSplit {
  before: string;
  quote: string;
  after: string;
}

interface Normalised {
  text: string;
  /** Position in the original of each character of `text`. */
  origins: number[];
}

function normalise(original: string): Normalised {
  let text = '';
  const origins: number[] = [];
  for (let index = 0; index < original.length; index++) {
    const character = original.charAt(index);
    const space = /\s/.test(character);
    if (space && (text === '' || text.endsWith(' '))) continue;
    text += space ? ' ' : character;
    origins.push(index);
  }
  return { text, origins };
}

/** Joins the lines that a page's width broke; breaks between sentences, list items and rows stay. */
export function reflow(passage: string): string {
  return passage.replace(/([^\s.:;!?|])[^\S\n]*\n[^\S\n]*(?=\p{Ll})/gu, '$1 ');
}

/**
 * Finds the quote in the passage whatever their line breaks and runs of spaces.
 * Returns null where it does not stand there.
 */
export function splitAtQuote(passage: string, quote: string): QuoteSplit | null {
  const wanted = normalise(quote).text.trimEnd();
  if (wanted === '') return null;
  const { text, origins } = normalise(passage);
  const start = text.indexOf(wanted);
  if (start < 0) return null;
  const from = origins[start] ?? 0;
  const to = (origins[start + wanted.length - 1] ?? passage.length - 1) + 1;
  return { before: passage.slice(0, from), quote: passage.slice(from, to), after: passage.slice(to) };
}
