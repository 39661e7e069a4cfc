import { afterEach, expect, it, vi } from 'vitest';
import { session } from '@/lib/session';
import { uploadMaterial } from './upload-material';

class FakeRequest {
  static latest: FakeRequest;
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  headers: Record<string, string> = {};
  status = 0;
  responseText = '';
  sent: unknown;
  constructor() {
    FakeRequest.latest = this;
  }
  open() {
    // The address is covered by the tests of the store.
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  getResponseHeader() {
    return null;
  }
  send(body: unknown) {
    this.sent = body;
  }
  abort() {
    this.onabort?.();
  }
  answer(status: number, body: unknown) {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

function start() {
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  const progress = vi.fn();
  const abort = new AbortController();
  const done = uploadMaterial(new File(['x'], 'treino.pdf'), progress, abort.signal);
  return { request: FakeRequest.latest, progress, abort, done };
}

afterEach(() => session.end('signed-out'));

it('reports the share of the file that has been sent', async () => {
  session.start('token-1', 60);
  const { request, progress, done } = start();
  request.upload.onprogress?.({ loaded: 25, total: 100 });
  request.upload.onprogress?.({ loaded: 100, total: 100 });
  request.answer(202, { material_id: 'm1' });
  await expect(done).resolves.toEqual({ material_id: 'm1' });
  expect(progress.mock.calls).toEqual([[0.25], [1]]);
  expect(request.headers.Authorization).toBe('Bearer token-1');
});

it('ends the session on 401', async () => {
  session.start('token-1', 60);
  const { request, done } = start();
  request.answer(401, { error: 'unauthorized', detail: '' });
  await expect(done).rejects.toMatchObject({ status: 401 });
  expect(session.token()).toBeNull();
});

it('fails as a network error when the connection breaks', async () => {
  const { request, done } = start();
  request.onerror?.();
  await expect(done).rejects.toMatchObject({ kind: 'network' });
});

it('stops when aborted', async () => {
  const { abort, done } = start();
  abort.abort();
  await expect(done).rejects.toMatchObject({ name: 'AbortError' });
});
