import { http, HttpResponse } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import { server } from '@/testing/server';
import { sseResponse } from '@/testing/sse';
import { createUploadStore } from './upload-store';
import { phaseRatio, type Upload } from './uploads';

const accepted = { material_id: 'm9', job_id: 'j9', duplicate: false, sha256: '', title: 'Treino' };
const file = () => new File(['conteúdo'], 'treino.pdf', { type: 'application/pdf' });

const job = (state: string, document: object) => ({
  event: 'job',
  data: {
    id: 'j9',
    state,
    total: 1,
    done: 0,
    failed: 0,
    documents: [{ material_id: 'm9', title: 'Treino', error: null, ...document }],
    created_at: '',
    finished_at: null,
  },
});
const counts = { pages_done: 0, pages_total: 8, chunks_done: 0, chunks_total: null };
const reading = job('running', { ...counts, state: 'parsing', pages_done: 2 });
const indexing = job('running', { ...counts, state: 'indexing', pages_done: 8, chunks_done: 10, chunks_total: 40 });
const ready = job('done', { ...counts, state: 'ready', pages_done: 8, chunks_done: 40, chunks_total: 40 });
const failed = job('failed', { ...counts, state: 'failed', error: 'O arquivo está protegido por senha.' });

const acceptUpload = http.post('*/api/materials/upload', () => HttpResponse.json(accepted, { status: 202 }));

function record(store: ReturnType<typeof createUploadStore>) {
  const seen: Upload[] = [];
  store.subscribe(() => seen.push(...store.state()));
  return seen;
}

describe('an upload', () => {
  it('goes from sending through reading and indexing to ready, with real numbers', async () => {
    server.use(acceptUpload, http.get('*/api/jobs/j9/events', () => sseResponse([reading, indexing, ready])));
    const changed = vi.fn();
    const store = createUploadStore(changed);
    const seen = record(store);
    store.add([file()]);
    await vi.waitFor(() => expect(store.state()[0]?.phase).toBe('ready'));

    const phases = seen.map(({ phase }) => phase);
    expect(phases.filter((phase, index) => phase !== phases[index - 1])).toEqual([
      'waiting',
      'uploading',
      'queued',
      'parsing',
      'indexing',
      'ready',
    ]);
    const ratioAt = (phase: string) => {
      const upload = seen.find((item) => item.phase === phase);
      return upload && phaseRatio(upload);
    };
    expect(ratioAt('parsing')).toBe(0.25);
    expect(ratioAt('indexing')).toBe(0.25);
    expect(changed).toHaveBeenCalled();
  });

  it('goes on by polling when the stream of events breaks', async () => {
    server.use(
      acceptUpload,
      http.get('*/api/jobs/j9/events', () => sseResponse([reading])),
      http.get('*/api/jobs/j9', () => HttpResponse.json(ready.data)),
    );
    const store = createUploadStore(() => undefined);
    store.add([file()]);
    await vi.waitFor(() => expect(store.state()[0]?.phase).toBe('ready'));
  });

  it('tells why a file failed and processes it again on request', async () => {
    server.use(acceptUpload, http.get('*/api/jobs/j9/events', () => sseResponse([failed])));
    const store = createUploadStore(() => undefined);
    store.add([file()]);
    await vi.waitFor(() => expect(store.state()[0]?.phase).toBe('failed'));
    expect(store.state()[0]?.error?.detail).toBe('O arquivo está protegido por senha.');

    server.use(
      http.post('*/api/materials/m9/retry', () => HttpResponse.json({ material_id: 'm9', job_id: 'j10' }, { status: 202 })),
      http.get('*/api/jobs/j10/events', () => sseResponse([ready])),
    );
    store.retry(store.state()[0]?.id ?? 0);
    await vi.waitFor(() => expect(store.state()[0]?.phase).toBe('ready'));
  });

  it('is refused with the reason the server gives', async () => {
    const refusal = { error: 'unsupported_type', detail: 'Arquivos .exe não são aceitos.' };
    server.use(http.post('*/api/materials/upload', () => HttpResponse.json(refusal, { status: 415 })));
    const store = createUploadStore(() => undefined);
    store.add([file()]);
    await vi.waitFor(() => expect(store.state()[0]?.phase).toBe('failed'));
    expect(store.state()[0]?.error).toMatchObject({ status: 415, detail: 'Arquivos .exe não são aceitos.' });
  });

  it('waits its turn behind two others', async () => {
    server.use(
      acceptUpload,
      http.get('*/api/jobs/j9/events', () => sseResponse([ready])),
      http.get('*/api/jobs/j9', () => HttpResponse.json(ready.data)),
    );
    const store = createUploadStore(() => undefined);
    store.add([file(), file(), file()]);
    expect(store.state().map(({ phase }) => phase)).toEqual(['uploading', 'uploading', 'waiting']);
    await vi.waitFor(() => expect(store.state().every(({ phase }) => phase === 'ready')).toBe(true));
  });
});
