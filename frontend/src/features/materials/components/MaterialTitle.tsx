import { fileNameOf } from '@/features/materials/api/download-material';
import type { Material } from '@/features/materials/types';

interface MaterialTitleProps {
  material: Material;
}

export function MaterialTitle({ material }: MaterialTitleProps) {
  const fileName = fileNameOf(material);
  return (
    <div className="min-w-0">
      <p className="font-semibold break-words">{material.title}</p>
      {fileName !== material.title && <p className="truncate text-xs text-ink-2">{fileName}</p>}
      {material.tags.length > 0 && (
        <ul className="mt-1 flex flex-wrap gap-1">
          {material.tags.map((tag) => (
            <li key={tag} className="rounded-sm bg-surface-2 px-1.5 text-xs text-ink-2">
              {tag}
            </li>
          ))}
        </ul>
      )}
      {material.state === 'failed' && material.error && (
        <p className="mt-1 text-sm text-danger">{material.error}</p>
      )}
    </div>
  );
}
