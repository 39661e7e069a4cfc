import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { deleteMaterial } from '@/features/materials/api/delete-material';
import { materialsQuery } from '@/features/materials/api/get-materials';
import { useUploads } from '@/features/materials/hooks/upload-context';
import { showToast } from '@/lib/toast';

export function useDeleteMaterial() {
  const { t } = useTranslation();
  const { forget } = useUploads();
  const client = useQueryClient();
  return useMutation({
    mutationFn: deleteMaterial,
    onSuccess: (_, id) => {
      client.setQueryData(materialsQuery.queryKey, (materials) => materials?.filter((item) => item.id !== id));
      forget(id);
      showToast(t('materials.removed'));
    },
    onSettled: () => client.invalidateQueries({ queryKey: materialsQuery.queryKey }),
  });
}
