import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { useMaterialActions } from '@/features/materials/hooks/use-material-actions';
import type { Material } from '@/features/materials/types';

export interface MaterialActionsProps {
  material: Material;
  canManage: boolean;
  onDelete: (material: Material) => void;
}

export function MaterialActions({ material, canManage, onDelete }: MaterialActionsProps) {
  const { t } = useTranslation();
  const { download, retry } = useMaterialActions();
  const { title, state } = material;
  const canRetry = canManage && (state === 'failed' || state === 'cancelled');
  return (
    <div className="flex justify-end">
      {canRetry && (
        <Button
          variant="quiet"
          size="icon"
          aria-label={t('materials.retry', { title })}
          title={t('common.retry')}
          onClick={() => retry(material.id)}
        >
          <Icon name="refresh" />
        </Button>
      )}
      <Button
        variant="quiet"
        size="icon"
        aria-label={t('materials.download', { title })}
        title={t('source.download')}
        onClick={() => download(material)}
      >
        <Icon name="download" />
      </Button>
      {canManage && (
        <Button
          variant="quiet"
          size="icon"
          data-testid="delete-material"
          aria-label={t('materials.remove', { title })}
          title={t('materials.removeConfirm')}
          className="hover:text-danger"
          onClick={() => onDelete(material)}
        >
          <Icon name="trash" />
        </Button>
      )}
    </div>
  );
}
