import { request } from '@/lib/api/client';
import { ApiError } from '@/lib/api/error';
import { readSse, type SseEvent } from '@/lib/api/sse';
import { paths } from '@/lib/paths';
import type { ChatAnswer, ChatEvent, HistoryTurn, Source } from '@/features/chat/types';

export interface Question {
  content: string;
  threadId: string | null;
  history: HistoryTurn[];
}

function chatEvent({ name, data }: SseEvent): ChatEvent | null {
  switch (name) {
    case 'meta':
      return { type: 'meta', threadId: (data as { thread_id: string }).thread_id };
    case 'sources':
      return { type: 'sources', sources: (data as { sources: Source[] }).sources };
    case 'delta':
      return { type: 'delta', text: (data as { text: string }).text };
    case 'done':
      return { type: 'done', answer: data as ChatAnswer };
    case 'error': {
      const { error, detail } = data as { error: string; detail?: string };
      throw new ApiError({ status: error === 'rag_unavailable' ? 503 : 500, kind: error, detail: detail ?? '' });
    }
    default:
      return null;
  }
}

/** Asks and yields the answer as it is written; the last event is always 'done'. */
export async function* ask({ content, threadId, history }: Question, signal: AbortSignal): AsyncGenerator<ChatEvent> {
  const response = await request(paths.api.chat, {
    method: 'POST',
    json: {
      content,
      stream: true,
      ...(threadId === null ? {} : { thread_id: threadId }),
      ...(history.length === 0 ? {} : { history }),
    },
    accept: 'text/event-stream',
    signal,
  });
  if (!response.body) throw ApiError.local('interrupted');
  for await (const event of readSse(response.body, signal)) {
    const known = chatEvent(event);
    if (known) yield known;
    if (known?.type === 'done') return;
  }
  throw ApiError.local('interrupted');
}
