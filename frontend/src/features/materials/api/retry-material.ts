import { requestJson } from '@/lib/api/client';
import { paths } from '@/lib/paths';

interface RetryAnswer {
  material_id: string;
  job_id: string;
}

export function retryMaterial(id: string): Promise<RetryAnswer> {
  return requestJson<RetryAnswer>(paths.api.retry(id), { method: 'POST' });
}
