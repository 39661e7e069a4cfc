import { describe, expect, it } from 'vitest';
import { reflow, splitAtQuote } from './quote';

describe('splitAtQuote', () => {
  it('finds a quote across line breaks and runs of spaces', () => {
    expect(splitAtQuote('Antes. Faça  10\n séries hoje. Depois.', 'Faça 10 séries hoje.')).toEqual({
      before: 'Antes. ',
      quote: 'Faça  10\n séries hoje.',
      after: ' Depois.',
    });
  });

  it('finds a quote at either end', () => {
    expect(splitAtQuote('Tudo aqui', 'Tudo aqui')).toEqual({ before: '', quote: 'Tudo aqui', after: '' });
    expect(splitAtQuote('  Tudo aqui', ' Tudo ')).toEqual({ before: '  ', quote: 'Tudo', after: ' aqui' });
  });

  it('returns null where the quote is absent or empty', () => {
    expect(splitAtQuote('Um texto', 'outro')).toBeNull();
    expect(splitAtQuote('Um texto', '  ')).toBeNull();
  });
});

it('reflow joins broken lines and keeps list items and rows', () => {
  expect(reflow('séries por\ngrupo.\nOutra frase\n• item')).toBe('séries por grupo.\nOutra frase\n• item');
  expect(reflow('| a |\n| b |')).toBe('| a |\n| b |');
});
