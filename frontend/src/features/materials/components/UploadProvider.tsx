import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { materialsQuery } from '@/features/materials/api/get-materials';
import { UploadContext } from '@/features/materials/hooks/upload-context';
import { createUploadStore } from '@/features/materials/upload-store';

interface UploadProviderProps {
  children: ReactNode;
}

export function UploadProvider({ children }: UploadProviderProps) {
  const client = useQueryClient();
  const [store] = useState(() =>
    createUploadStore(() => void client.invalidateQueries({ queryKey: materialsQuery.queryKey })),
  );
  useEffect(() => store.abort, [store]);
  return <UploadContext value={store}>{children}</UploadContext>;
}
