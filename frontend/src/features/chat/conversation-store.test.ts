import { http, HttpResponse } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import { session } from '@/lib/session';
import { answerEvents, source } from '@/testing/fixtures';
import { server } from '@/testing/server';
import { sseResponse } from '@/testing/sse';
import { createConversationStore } from './conversation-store';
import { loadDraft } from './conversation-storage';

const chat = '*/api/chat-auth';

describe('the conversation', () => {
  it('gathers the streamed answer with its sources and keeps the thread', async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post(chat, async ({ request }) => {
        bodies.push(await request.json());
        return sseResponse(answerEvents);
      }),
    );
    const store = createConversationStore('u1');
    await store.ask('Quantas séries?');
    await store.ask('E descanso?');

    expect(store.state().turns[0]).toMatchObject({
      status: 'done',
      answer: 'De 10 a 20 séries por semana [1].',
      answered: true,
      sources: [source],
    });
    expect(bodies).toEqual([
      { content: 'Quantas séries?', stream: true },
      {
        content: 'E descanso?',
        stream: true,
        thread_id: 't1',
        history: [
          { role: 'user', content: 'Quantas séries?' },
          { role: 'assistant', content: 'De 10 a 20 séries por semana [1].' },
        ],
      },
    ]);
  });

  it('sends no more of the conversation than a follow-up needs', async () => {
    let last: { history?: { content: string }[] } = {};
    server.use(
      http.post(chat, async ({ request }) => {
        last = (await request.json()) as typeof last;
        return sseResponse(answerEvents);
      }),
    );
    const store = createConversationStore('u1');
    for (const n of [1, 2, 3, 4, 5, 6]) await store.ask(`${n}${'x'.repeat(3000)}`);
    await store.ask('E agora?');
    expect(last.history).toHaveLength(10);
    expect(last.history?.[0]?.content).toMatch(/^2x{1999}$/);
  });

  it('leaves failed and stopped turns out of the history', async () => {
    const bodies: unknown[] = [];
    server.use(http.post(chat, () => HttpResponse.error(), { once: true }));
    const store = createConversationStore('u1');
    await store.ask('Quantas séries?');
    server.use(
      http.post(chat, async ({ request }) => {
        bodies.push(await request.json());
        return sseResponse(answerEvents);
      }),
    );
    await store.ask('E descanso?');
    expect(bodies).toEqual([{ content: 'E descanso?', stream: true }]);
  });

  it('survives a reload', async () => {
    server.use(http.post(chat, () => sseResponse(answerEvents)));
    const store = createConversationStore('u1');
    await store.ask('Quantas séries?');
    expect(createConversationStore('u1').state()).toEqual(store.state());
    expect(createConversationStore('u2').state().turns).toEqual([]);
  });

  it('stops the answer when told, keeping what had arrived', async () => {
    server.use(http.post(chat, () => sseResponse(answerEvents.slice(0, 3), { open: true })));
    const store = createConversationStore('u1');
    const asked = store.ask('Quantas séries?');
    await vi.waitFor(() => expect(store.state().turns[0]?.status).toBe('streaming'));
    store.stop();
    await asked;
    expect(store.state().turns[0]).toMatchObject({ status: 'stopped', answer: 'De 10 a 20 ' });
  });

  it('tells a stream cut short from a finished one', async () => {
    server.use(http.post(chat, () => sseResponse(answerEvents.slice(0, 4))));
    const store = createConversationStore('u1');
    await store.ask('Quantas séries?');
    expect(store.state().turns[0]).toMatchObject({ status: 'failed', failure: { kind: 'interrupted' } });
  });

  it('takes an error sent inside the stream', async () => {
    const away = { event: 'error', data: { error: 'rag_unavailable', detail: 'Fora do ar.' } };
    server.use(http.post(chat, () => sseResponse([away])));
    const store = createConversationStore('u1');
    await store.ask('Quantas séries?');
    expect(store.state().turns[0]?.failure).toMatchObject({ status: 503, detail: 'Fora do ar.' });
  });

  it('asks a failed question again in place', async () => {
    server.use(http.post(chat, () => HttpResponse.error(), { once: true }));
    server.use(http.post(chat, () => sseResponse(answerEvents)));
    server.use(http.post(chat, () => HttpResponse.error(), { once: true }));
    const store = createConversationStore('u1');
    await store.ask('Quantas séries?');
    expect(store.state().turns[0]?.failure?.kind).toBe('network');
    await store.retry(store.state().turns[0]?.id ?? '');
    expect(store.state().turns).toHaveLength(1);
    expect(store.state().turns[0]).toMatchObject({ status: 'done', failure: null });
  });

  it('returns the question to the composer when the session has ended', async () => {
    session.start('old-token', 3600);
    server.use(http.post(chat, () => HttpResponse.json({ error: 'unauthorized', detail: '' }, { status: 401 })));
    const store = createConversationStore('u1');
    await store.ask('Quantas séries?');
    expect(loadDraft('u1')).toBe('Quantas séries?');
    expect(store.state().turns).toEqual([]);
    expect(session.token()).toBeNull();
  });
});
