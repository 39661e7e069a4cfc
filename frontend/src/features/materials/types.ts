export type MaterialState = 'queued' | 'parsing' | 'indexing' | 'ready' | 'failed' | 'cancelled';

export interface Material {
  id: string;
  title: string;
  description: string | null;
  type: string;
  path: string;
  size: number;
  uploadedAt: string;
  uploadedBy: string | null;
  tags: string[];
  collection: string;
  state: MaterialState;
  error: string | null;
  pages: number | null;
  chunks: number;
}

export interface JobDocument {
  material_id: string;
  title: string;
  state: MaterialState;
  pages_done: number;
  pages_total: number | null;
  chunks_done: number;
  chunks_total: number | null;
  error: string | null;
}

export interface Job {
  id: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  total: number;
  done: number;
  failed: number;
  documents: JobDocument[];
  created_at: string;
  finished_at: string | null;
}

export interface UploadAnswer {
  material_id: string;
  job_id: string;
  duplicate: boolean;
  sha256: string;
  title: string;
}

export function isUnfinished(state: MaterialState): boolean {
  return state === 'queued' || state === 'parsing' || state === 'indexing';
}
