import { fileNameOf } from './api/download-material';
import type { Material } from './types';

/** "Séries" and "series" are the same word to someone who searches. */
const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export function filterMaterials(materials: Material[], query: string): Material[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  return materials.filter((material) => {
    const haystack = folded([material.title, fileNameOf(material), ...material.tags].join(' '));
    return words.every((word) => haystack.includes(word));
  });
}
