import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { downloadMaterial } from '@/features/materials/api/download-material';
import { materialsQuery } from '@/features/materials/api/get-materials';
import { retryMaterial } from '@/features/materials/api/retry-material';
import { ApiError } from '@/lib/api/error';
import { useErrorMessage } from '@/lib/api/use-error-message';
import { showToast } from '@/lib/toast';

export function useMaterialActions() {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const client = useQueryClient();
  const download = useMutation({
    mutationFn: downloadMaterial,
    onError: () => showToast(t('source.downloadFailed'), 'danger'),
  });
  const retry = useMutation({
    mutationFn: retryMaterial,
    onError: (error) => showToast(errorMessage(ApiError.from(error)), 'danger'),
    onSettled: () => client.invalidateQueries({ queryKey: materialsQuery.queryKey }),
  });
  return { download: download.mutate, retry: retry.mutate };
}
