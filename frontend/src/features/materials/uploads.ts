import type { ApiError } from '@/lib/api/error';
import type { Job, JobDocument, MaterialState } from './types';

export type UploadPhase = 'waiting' | 'uploading' | MaterialState;

/** One file on its way from this browser to being answerable. */
export interface Upload {
  id: number;
  file: File;
  phase: UploadPhase;
  /** Share of the file sent, 0 to 1. */
  sent: number;
  materialId: string | null;
  duplicate: boolean;
  document: JobDocument | null;
  error: Pick<ApiError, 'status' | 'kind' | 'detail'> | null;
}

export function newUpload(id: number, file: File): Upload {
  return { id, file, phase: 'waiting', sent: 0, materialId: null, duplicate: false, document: null, error: null };
}

export function isSettled({ phase }: Upload): boolean {
  return phase === 'ready' || phase === 'failed' || phase === 'cancelled';
}

const phaseOfJob: Record<Job['state'], MaterialState> = {
  queued: 'queued',
  running: 'parsing',
  done: 'ready',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** The upload after news of its job; a job of several documents tells of this one by its material. */
export function withJob(upload: Upload, job: Job): Upload {
  const document = job.documents.find(({ material_id }) => material_id === upload.materialId) ?? null;
  const phase = document?.state ?? phaseOfJob[job.state];
  const detail = document?.error ?? null;
  return {
    ...upload,
    document,
    phase,
    error: phase === 'failed' ? { status: 0, kind: 'processing_failed', detail: detail ?? '' } : null,
  };
}

/** Share done of the current phase, or null where no number is known. */
export function phaseRatio({ phase, sent, document }: Upload): number | null {
  const share = (done: number, total: number | null | undefined) =>
    total ? Math.min(1, done / total) : null;
  switch (phase) {
    case 'waiting':
      return 0;
    case 'uploading':
      return sent;
    case 'parsing':
      return document && share(document.pages_done, document.pages_total);
    case 'indexing':
      return document && share(document.chunks_done, document.chunks_total);
    case 'ready':
      return 1;
    default:
      return null;
  }
}
