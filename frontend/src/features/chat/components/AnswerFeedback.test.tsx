import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { answer, answerEvents, user } from '@/testing/fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';
import { sseResponse } from '@/testing/sse';

const feedback = '*/api/chat/feedback';

beforeEach(() =>
  server.use(
    http.get('*/api/auth/me', () => HttpResponse.json(user)),
    http.post('*/api/chat-auth', () => sseResponse(answerEvents)),
  ),
);

async function askSomething() {
  const { person } = renderApp();
  await person.type(await screen.findByLabelText('Sua pergunta'), 'Quantas séries?{Enter}');
  const group = await screen.findByRole('group', { name: 'Sua opinião sobre a resposta' });
  const up = within(group).getByRole('button', { name: 'Esta resposta ajudou' });
  const down = within(group).getByRole('button', { name: 'Esta resposta não ajudou' });
  return { person, up, down, status: within(group).getByRole('status') };
}

describe('the thumbs under an answer', () => {
  it('say what was thought of it, from the keyboard too, and thank', async () => {
    const sent: unknown[] = [];
    server.use(
      http.post(feedback, async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json({ success: true, message: 'Obrigado.' });
      }),
    );
    const { person, up, down, status } = await askSomething();
    expect(up).toHaveAttribute('aria-pressed', 'false');
    up.focus();
    await person.keyboard('{Enter}');
    expect(await within(status).findByText('Obrigado pela opinião.')).toBeVisible();
    expect(up).toHaveAttribute('aria-pressed', 'true');

    await person.click(up);
    await person.click(down);
    await within(status).findByText('Obrigado pela opinião.');
    expect(down).toHaveAttribute('aria-pressed', 'true');
    expect(up).toHaveAttribute('aria-pressed', 'false');
    const opinion = {
      question: 'Quantas séries?',
      answer: answer.answer,
      material_id: 'm1',
      page: 3,
      thread_id: 't1',
    };
    expect(sent).toEqual([
      { ...opinion, helpful: true },
      { ...opinion, helpful: false },
    ]);
  });

  it('say what to do when an opinion was not saved', async () => {
    server.use(http.post(feedback, () => HttpResponse.json({ error: 'x', detail: 'x' }, { status: 503 })));
    const { person, up, status } = await askSomething();
    await person.click(up);
    expect(await within(status).findByText(/não foi guardada. Toque de novo/)).toBeVisible();
    expect(up).toHaveAttribute('aria-pressed', 'false');
  });
});
