import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ApiError, isAbort } from './error';

export interface SseEvent {
  name: string;
  data: unknown;
}

function decode(message: EventSourceMessage): SseEvent {
  try {
    return { name: message.event ?? 'message', data: JSON.parse(message.data) as unknown };
  } catch {
    throw ApiError.local('interrupted');
  }
}

/**
 * Yields the events of a response body as they arrive; heartbeats are skipped.
 * Ends early when `signal` aborts. Raises ApiError 'interrupted' when the connection breaks or an event is not JSON.
 */
export async function* readSse(
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<SseEvent> {
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => ready.push(message) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      parser.feed(done ? '\n\n' : decoder.decode(value, { stream: true }));
      for (const message of ready.splice(0)) yield decode(message);
      if (done) return;
    }
  } catch (cause) {
    if (isAbort(cause) || cause instanceof ApiError) throw cause;
    throw ApiError.local('interrupted');
  } finally {
    signal?.removeEventListener('abort', cancel);
    cancel();
  }
}
