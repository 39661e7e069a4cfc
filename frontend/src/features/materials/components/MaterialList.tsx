import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Notice } from '@/components/Notice';
import { PageSpinner } from '@/components/Plates';
import { RetryButton } from '@/components/RetryButton';
import { StatePage } from '@/components/StatePage';
import { materialsQuery } from '@/features/materials/api/get-materials';
import { filterMaterials } from '@/features/materials/filter-materials';
import type { Material } from '@/features/materials/types';
import { ApiError } from '@/lib/api/error';
import { useErrorMessage } from '@/lib/api/use-error-message';
import { useMediaQuery } from '@/lib/hooks/use-media-query';
import { MaterialCards } from './MaterialCards';
import { MaterialTable } from './MaterialTable';

interface FilteredMaterialListProps {
  query: string;
  canManage: boolean;
  onClearQuery: () => void;
  onDelete: (material: Material) => void;
}

export function MaterialList({ query, canManage, onClearQuery, onDelete }: FilteredMaterialListProps) {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const roomForTable = useMediaQuery('(min-width: 48rem)');
  const { data: materials, error, refetch } = useQuery(materialsQuery);

  if (!materials) {
    if (!error) return <PageSpinner />;
    return (
      <Notice tone="danger" role="alert" action={<RetryButton onRetry={() => void refetch()} />}>
        {errorMessage(ApiError.from(error))}
      </Notice>
    );
  }
  if (materials.length === 0) {
    const hint = t(canManage ? 'materials.emptyHintManager' : 'materials.emptyHintStudent');
    return <StatePage title={t('materials.emptyTitle')} hint={hint} />;
  }
  const matching = filterMaterials(materials, query);
  if (matching.length === 0) {
    return (
      <StatePage
        title={t('materials.noMatchTitle', { query })}
        hint={t('materials.noMatchHint')}
        action={<Button onClick={onClearQuery}>{t('materials.clearSearch')}</Button>}
      />
    );
  }
  const List = roomForTable ? MaterialTable : MaterialCards;
  return (
    <>
      <p role="status" className="mb-2 text-sm text-ink-2">
        {t('materials.count', { count: matching.length })}
      </p>
      <List materials={matching} canManage={canManage} onDelete={onDelete} />
    </>
  );
}
