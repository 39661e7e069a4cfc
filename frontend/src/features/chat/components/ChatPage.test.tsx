import { screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { beforeEach, describe, expect, it } from 'vitest';
import { ptBR } from '@/i18n/locales/pt-BR';
import { answer, answerEvents, user } from '@/testing/fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';
import { sseResponse } from '@/testing/sse';

const chat = '*/api/chat-auth';

beforeEach(() => server.use(http.get('*/api/auth/me', () => HttpResponse.json(user))));

async function askSomething() {
  const { person, router } = renderApp();
  await person.type(await screen.findByLabelText('Sua pergunta'), 'Quantas séries?{Enter}');
  return { person, router };
}

describe('the chat', () => {
  it('shows the answer, and its source with the quote marked', async () => {
    server.use(http.post(chat, () => sseResponse(answerEvents)));
    const { person, router } = await askSomething();

    await person.click(await screen.findByTestId('citation'));
    const panel = await screen.findByTestId('source-panel');
    expect(within(panel).getByTestId('source-page')).toHaveTextContent('3');
    expect(within(panel).getByText(/Faça de 10 a 20/).tagName).toBe('MARK');
    expect(router.state.location.search).toMatch(/^\?source=/);

    await person.keyboard('{Escape}');
    await waitFor(() => expect(screen.getByTestId('citation')).toHaveFocus());
    expect(screen.queryByTestId('source-panel')).toBeNull();
  });

  it('sends an example when it is clicked', async () => {
    let asked: unknown;
    server.use(
      http.post(chat, async ({ request }) => {
        asked = await request.json();
        return sseResponse(answerEvents);
      }),
    );
    const { person } = renderApp();
    const [example] = await screen.findAllByTestId('example');
    if (!example) throw new Error('no example');
    await person.click(example);
    await screen.findByTestId('sources');
    expect(asked).toMatchObject({ content: ptBR.chat.example1 });
  });

  it('shows why an answer is not as usual, and who wrote it', async () => {
    const done = { ...answer, notice: 'O modelo de linguagem não respondeu.' };
    server.use(http.post(chat, () => sseResponse([{ event: 'done', data: done }])));
    await askSomething();
    const notice = await screen.findByText('O modelo de linguagem não respondeu.');
    expect(notice.closest('[role=status]')).toBeVisible();
    expect(screen.getByTestId('engine')).toHaveTextContent('Frases dos materiais');
  });

  it('names the model that wrote the answer, without a notice', async () => {
    const done = { ...answer, engine: 'qwen3:4b' };
    server.use(http.post(chat, () => sseResponse([{ event: 'done', data: done }])));
    await askSomething();
    expect(await screen.findByText('Escrita por qwen3:4b')).toBeVisible();
    expect(screen.queryByText(/não respondeu/)).toBeNull();
  });

  it('labels the nearest passages of an uncovered question and cites none', async () => {
    const done = { ...answer, answered: false, answer: 'Os materiais não tratam disso.' };
    server.use(http.post(chat, () => sseResponse([{ event: 'done', data: done }])));
    await askSomething();
    expect(await screen.findByText('Não está nos materiais')).toBeVisible();
    expect(await screen.findByText('Trechos mais próximos do assunto')).toBeVisible();
    expect(screen.queryByTestId('citation')).toBeNull();
  });

  it('offers another try while the knowledge base is away', async () => {
    server.use(http.post(chat, () => sseResponse(answerEvents)));
    server.use(
      http.post(chat, () => HttpResponse.json({ error: 'rag_unavailable', detail: 'x' }, { status: 503 }), {
        once: true,
      }),
    );
    const { person } = await askSomething();
    expect(await screen.findByText('A base de conhecimento está fora do ar')).toBeVisible();
    await person.click(screen.getByRole('button', { name: 'Tentar de novo' }));
    expect(await screen.findByTestId('sources')).toBeVisible();
  });

  it('waits as long as the server asks before another try', async () => {
    const body = { error: 'rate_limited', detail: 'Aguarde 30 segundos.' };
    server.use(http.post(chat, () => HttpResponse.json(body, { status: 429, headers: { 'Retry-After': '30' } })));
    await askSomething();
    expect(await screen.findByText('Aguarde 30 segundos.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Tentar de novo em 30 s' })).toBeDisabled();
  });

  it('refuses a question over the limit and says by how much', async () => {
    const { person } = renderApp();
    const composer = await screen.findByLabelText('Sua pergunta');
    await person.click(composer);
    await person.paste('a'.repeat(4003));
    expect(screen.getByText('3 caracteres acima do limite')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Enviar pergunta' })).toBeDisabled();
  });
});
