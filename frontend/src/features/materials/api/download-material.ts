import type { Material } from '@/features/materials/types';
import { downloadFile } from '@/lib/api/download';
import { paths } from '@/lib/paths';

export function fileNameOf({ path, title }: Pick<Material, 'path' | 'title'>): string {
  return path.split('/').at(-1) || title;
}

export function downloadMaterial(material: Material): Promise<void> {
  return downloadFile(paths.api.download(material.id), fileNameOf(material));
}
