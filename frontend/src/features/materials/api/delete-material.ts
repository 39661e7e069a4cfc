import { request } from '@/lib/api/client';
import { paths } from '@/lib/paths';

export async function deleteMaterial(id: string): Promise<void> {
  await request(paths.api.material(id), { method: 'DELETE' });
}
