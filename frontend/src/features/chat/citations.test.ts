import { describe, expect, it } from 'vitest';
import { source } from '@/testing/fixtures';
import { splitCitations, splitCited, withoutOpenMarker } from './citations';

const known = new Set([1, 2]);

describe('splitCitations', () => {
  it('splits single, adjoining and listed markers', () => {
    expect(splitCitations('A [1]. B [1][2], C [1, 2]', known)).toEqual([
      { type: 'text', text: 'A\u00a0' },
      { type: 'citation', n: 1 },
      { type: 'text', text: '. B\u00a0' },
      { type: 'citation', n: 1 },
      { type: 'citation', n: 2 },
      { type: 'text', text: ', C\u00a0' },
      { type: 'citation', n: 1 },
      { type: 'citation', n: 2 },
    ]);
  });

  it('leaves out a marker that names no source', () => {
    expect(splitCitations('A[7].', known)).toEqual([
      { type: 'text', text: 'A' },
      { type: 'text', text: '.' },
    ]);
  });

  it('leaves other brackets alone', () => {
    expect(splitCitations('Faça [assim] ou [1a]', known)).toEqual([{ type: 'text', text: 'Faça [assim] ou [1a]' }]);
  });
});

it('a marker still being written is not shown', () => {
  expect(withoutOpenMarker('Faça assim [1')).toBe('Faça assim');
  expect(withoutOpenMarker('Faça assim [1].')).toBe('Faça assim [1].');
});

describe('splitCited', () => {
  const sources = [source, { ...source, n: 2 }, { ...source, n: 3 }];
  const numbers = (list: { n: number }[]) => list.map(({ n }) => n);

  it('tells cited sources from the others', () => {
    const { cited, others } = splitCited('A [3] e B [1].', sources);
    expect(numbers(cited)).toEqual([1, 3]);
    expect(numbers(others)).toEqual([2]);
  });

  it('takes every source as cited where the answer marks none', () => {
    expect(splitCited('A.', sources).others).toEqual([]);
  });
});
