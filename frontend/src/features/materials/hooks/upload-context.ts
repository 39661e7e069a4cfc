import { createContext, use, useSyncExternalStore } from 'react';
import type { UploadStore } from '@/features/materials/upload-store';

export const UploadContext = createContext<UploadStore | null>(null);

export function useUploads() {
  const store = use(UploadContext);
  if (!store) throw new Error('useUploads needs an UploadProvider above it');
  return { ...store, uploads: useSyncExternalStore(store.subscribe, store.state) };
}
