import { useTranslation } from 'react-i18next';
import { formatBytes, formatDate } from '@/lib/format';
import { MaterialActions } from './MaterialActions';
import type { MaterialListProps } from './MaterialTable';
import { MaterialTitle } from './MaterialTitle';
import { StateBadge } from './StateBadge';

export function MaterialCards({ materials, canManage, onDelete }: MaterialListProps) {
  const { t, i18n } = useTranslation();
  return (
    <ul className="flex flex-col gap-3">
      {materials.map((material) => (
        <li
          key={material.id}
          data-testid="material"
          className="rounded-md border border-line bg-surface pt-3 pb-1.5 ps-4 pe-2"
        >
          <div className="flex items-start justify-between gap-3 pe-2">
            <MaterialTitle material={material} />
            <StateBadge state={material.state} />
          </div>
          <div className="mt-1 flex items-center justify-between gap-2">
            <p className="text-xs text-ink-2 tabular-nums">
              {[
                material.pages === null ? null : t('materials.pages', { count: material.pages }),
                formatBytes(material.size, i18n.language),
                formatDate(material.uploadedAt, i18n.language),
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
            <MaterialActions material={material} canManage={canManage} onDelete={onDelete} />
          </div>
        </li>
      ))}
    </ul>
  );
}
