import { HttpResponse } from 'msw';

export interface SentEvent {
  event: string;
  data: unknown;
}

export const encodeEvents = (events: SentEvent[]) =>
  events.map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('');

/** A body that arrives in the given pieces; left open when `open` is set. */
export function streamOf(pieces: (string | Uint8Array)[], { open = false } = {}): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) {
        controller.enqueue(typeof piece === 'string' ? encoder.encode(piece) : piece);
      }
      if (!open) controller.close();
    },
  });
}

export const sseResponse = (events: SentEvent[], options?: { open?: boolean }) =>
  new HttpResponse(streamOf([encodeEvents(events)], options), {
    headers: { 'Content-Type': 'text/event-stream' },
  });
