import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Notice } from '@/components/Notice';
import { useDeleteMaterial } from '@/features/materials/hooks/use-delete-material';
import type { Material } from '@/features/materials/types';
import { ApiError } from '@/lib/api/error';
import { useErrorMessage } from '@/lib/api/use-error-message';

interface DeleteDialogProps {
  material: Material;
  onClose: () => void;
}

export function DeleteDialog({ material, onClose }: DeleteDialogProps) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const headingId = useId();
  const { mutate, isPending, error } = useDeleteMaterial();
  return (
    <Dialog labelledBy={headingId} onClose={onClose}>
      <div className="flex flex-col gap-3 p-6">
        <h2 id={headingId} className="text-lg font-semibold">
          {t('materials.removeTitle')}
        </h2>
        <p className="text-ink-2">{t('materials.removeHint', { title: material.title })}</p>
        {error && (
          <Notice tone="danger" role="alert">
            {errorMessage(ApiError.from(error))}
          </Notice>
        )}
        <div className="mt-3 flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            variant="danger"
            data-testid="confirm-delete"
            disabled={isPending}
            onClick={() => mutate(material.id, { onSuccess: onClose })}
          >
            {t(isPending ? 'materials.removing' : 'materials.removeConfirm')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
