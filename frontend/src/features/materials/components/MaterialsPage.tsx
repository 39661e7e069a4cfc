import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Icon } from '@/components/Icon';
import type { Material } from '@/features/materials/types';
import { usePageTitle } from '@/lib/hooks/use-page-title';
import { DeleteDialog } from './DeleteDialog';
import { MaterialList } from './MaterialList';
import { UploadArea } from './UploadArea';
import { UploadList } from './UploadList';

interface MaterialsPageProps {
  canManage: boolean;
}

export function MaterialsPage({ canManage }: MaterialsPageProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [toDelete, setToDelete] = useState<Material | null>(null);
  // The address follows the box: written the other way round, fast typing would lose letters.
  const [query, setTypedQuery] = useState(search.get('q') ?? '');
  usePageTitle(t('materials.title'));

  const setQuery = (next: string) => {
    setTypedQuery(next);
    setSearch(next === '' ? {} : { q: next }, { replace: true });
  };

  return (
    <div className="mx-auto w-full max-w-5xl px-4 pt-8 pb-16 sm:px-6">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <div>
          <h1 className="text-xl font-bold">{t('materials.title')}</h1>
          <p className="text-ink-2">{t('materials.intro')}</p>
        </div>
        <div className="relative w-full sm:w-80">
          <Icon name="search" className="pointer-events-none absolute start-3 top-3 size-5 text-ink-2" />
          <input
            type="search"
            value={query}
            aria-label={t('materials.search')}
            placeholder={t('materials.search')}
            onChange={(event) => setQuery(event.target.value)}
            className="h-11 w-full truncate rounded-md border border-line-strong bg-surface ps-10 pe-3 text-base placeholder:text-ink-2 sm:text-sm"
          />
        </div>
      </div>
      {canManage && (
        <div className="mt-6">
          <UploadArea />
          <UploadList />
        </div>
      )}
      <div className="mt-6">
        <MaterialList
          query={query}
          canManage={canManage}
          onClearQuery={() => setQuery('')}
          onDelete={setToDelete}
        />
      </div>
      {toDelete && <DeleteDialog material={toDelete} onClose={() => setToDelete(null)} />}
    </div>
  );
}
