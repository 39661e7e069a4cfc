import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { source } from '@/testing/fixtures';
import AnswerBody from './AnswerBody';

function show(answer: string) {
  const onOpenSource = vi.fn();
  render(<AnswerBody answer={answer} sources={[source]} activeSource={null} onOpenSource={onOpenSource} />);
  return onOpenSource;
}

describe('the body of an answer', () => {
  it('turns a marker into a chip that opens its source', async () => {
    const onOpenSource = show('Faça **dez** séries [1].');
    await userEvent.click(screen.getByRole('button', { name: /Abrir fonte 1: Manual/ }));
    expect(onOpenSource).toHaveBeenCalledWith(1);
    expect(screen.getByText('dez').tagName).toBe('STRONG');
  });

  it('draws chips inside lists and tables, never inside code', () => {
    show('- item [1]\n\n| a |\n|---|\n| b [1] |\n\n`vetor[1]`');
    expect(screen.getAllByRole('button')).toHaveLength(2);
    expect(screen.getByText('vetor[1]').tagName).toBe('CODE');
  });

  it('inserts no HTML, no image and no script address from the answer', () => {
    show('<b id="x">oi</b> <cite data-n="1"></cite> ![foto](https://example.com/a.png) [link](javascript:alert(1))');
    expect(document.querySelector('#x, img, cite, [href^="javascript"]')).toBeNull();
    expect(screen.queryByRole('button')).toBeNull();
  });
});
