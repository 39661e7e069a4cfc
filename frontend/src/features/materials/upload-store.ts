import { ApiError, isAbort } from '@/lib/api/error';
import { retryMaterial } from './api/retry-material';
import { uploadMaterial } from './api/upload-material';
import { watchJob } from './api/watch-job';
import { isSettled, newUpload, withJob, type Upload } from './uploads';

const parallelUploads = 2;

export interface UploadStore {
  state: () => readonly Upload[];
  subscribe: (listener: () => void) => () => void;
  add: (files: Iterable<File>) => void;
  retry: (id: number) => void;
  clearSettled: () => void;
  /** Drops the entry of a material that was deleted. */
  forget: (materialId: string) => void;
  abort: () => void;
}

/**
 * Sends files a few at a time and follows each until it is ready. Held outside React, so that
 * uploads go on while another page is open. `onChanged` is called when the list of materials is out of date.
 */
export function createUploadStore(onChanged: () => void): UploadStore {
  const listeners = new Set<() => void>();
  let uploads: readonly Upload[] = [];
  let nextId = 1;
  let sending = 0;
  let lifetime = new AbortController();

  const replace = (next: readonly Upload[]) => {
    uploads = next;
    for (const listener of listeners) listener();
  };
  const find = (id: number) => uploads.find((upload) => upload.id === id);
  const update = (id: number, change: (upload: Upload) => Upload) =>
    replace(uploads.map((upload) => (upload.id === id ? change(upload) : upload)));
  const fail = (id: number, cause: unknown) => {
    if (isAbort(cause)) return;
    update(id, (upload) => ({ ...upload, phase: 'failed', error: ApiError.from(cause) }));
  };

  const follow = async (id: number, jobId: string, signal: AbortSignal) => {
    let phase = find(id)?.phase;
    for await (const job of watchJob(jobId, signal)) {
      update(id, (upload) => withJob(upload, job));
      const next = find(id)?.phase;
      if (next !== phase) onChanged();
      phase = next;
    }
  };

  const send = async (id: number, file: File, signal: AbortSignal) => {
    update(id, (upload) => ({ ...upload, phase: 'uploading', sent: 0, error: null }));
    const answer = await uploadMaterial(file, (sent) => update(id, (upload) => ({ ...upload, sent })), signal);
    update(id, (upload) => ({
      ...upload,
      phase: 'queued',
      materialId: answer.material_id,
      duplicate: answer.duplicate,
    }));
    onChanged();
    return answer.job_id;
  };

  const startWaiting = () => {
    const waiting = uploads.find(({ phase }) => phase === 'waiting');
    if (!waiting || sending >= parallelUploads) return;
    const { id, file } = waiting;
    const { signal } = lifetime;
    sending += 1;
    const sent = send(id, file, signal).finally(() => {
      sending -= 1;
      startWaiting();
    });
    sent.then((jobId) => follow(id, jobId, signal)).catch((cause: unknown) => fail(id, cause));
    startWaiting();
  };

  const reprocess = async (id: number, materialId: string) => {
    update(id, (upload) => ({ ...upload, phase: 'queued', error: null, document: null }));
    const { job_id } = await retryMaterial(materialId);
    onChanged();
    await follow(id, job_id, lifetime.signal);
  };

  return {
    state: () => uploads,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(files) {
      replace([...Array.from(files, (file) => newUpload(nextId++, file)), ...uploads]);
      startWaiting();
    },
    retry(id) {
      const upload = find(id);
      if (!upload) return;
      if (upload.materialId !== null) {
        reprocess(id, upload.materialId).catch((cause: unknown) => fail(id, cause));
      } else {
        update(id, ({ file }) => newUpload(id, file));
        startWaiting();
      }
    },
    clearSettled() {
      replace(uploads.filter((upload) => !isSettled(upload)));
    },
    forget(materialId) {
      replace(uploads.filter((upload) => upload.materialId !== materialId));
    },
    abort() {
      lifetime.abort();
      lifetime = new AbortController();
      replace([]);
    },
  };
}
