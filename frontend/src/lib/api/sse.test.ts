import { describe, expect, it } from 'vitest';
import { streamOf } from '@/testing/sse';
import { readSse, type SseEvent } from './sse';

async function collect(pieces: (string | Uint8Array)[]): Promise<SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of readSse(streamOf(pieces))) events.push(event);
  return events;
}

describe('readSse', () => {
  it('yields named events and skips heartbeats', async () => {
    const text = ': ping\n\nevent: delta\ndata: {"text":"a"}\n\n: ping\n\nevent: done\ndata: {}\n\n';
    expect(await collect([text])).toEqual([
      { name: 'delta', data: { text: 'a' } },
      { name: 'done', data: {} },
    ]);
  });

  it('joins events and characters that arrive in pieces', async () => {
    const bytes = new TextEncoder().encode('event: delta\ndata: {"text":"força"}\n\n');
    const middleOfCedilla = bytes.indexOf(0xc3) + 1;
    const events = await collect([bytes.slice(0, middleOfCedilla), bytes.slice(middleOfCedilla)]);
    expect(events).toEqual([{ name: 'delta', data: { text: 'força' } }]);
  });

  it('takes a last event that no blank line follows', async () => {
    expect(await collect(['event: done\ndata: {"a":1}'])).toEqual([{ name: 'done', data: { a: 1 } }]);
  });

  it('fails as interrupted on an event cut in the middle', async () => {
    await expect(collect(['event: done\ndata: {"a":'])).rejects.toMatchObject({ kind: 'interrupted' });
  });
});
