import { downloadFile } from '@/lib/api/download';
import { paths } from '@/lib/paths';
import type { Source } from '@/features/chat/types';

export function downloadOriginal({ material_id, source }: Source): Promise<void> {
  return downloadFile(paths.api.download(material_id), source);
}
