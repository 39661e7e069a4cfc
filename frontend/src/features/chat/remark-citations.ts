import type { Nodes, Root, RootContent, Text } from 'mdast';
import { splitCitations } from './citations';

/**
 * Turns "[1]" in text into <cite data-n="1">. Markdown alone never makes a <cite>, so a renderer
 * that maps it meets citations only. Code is left as written.
 */
export function remarkCitations(known: ReadonlySet<number>) {
  const citation = (n: number): Text => ({
    type: 'text',
    value: '',
    data: { hName: 'cite', hProperties: { dataN: String(n) } },
  });

  const split = ({ value }: Text): Text[] =>
    splitCitations(value, known).map((part) =>
      part.type === 'text' ? { type: 'text', value: part.text } : citation(part.n),
    );

  const visit = (node: Nodes): void => {
    if (!('children' in node)) return;
    node.children = node.children.flatMap((child): RootContent[] => {
      visit(child);
      return child.type === 'text' ? split(child) : [child];
    });
  };

  return () => (tree: Root) => visit(tree);
}
