import { useTranslation } from 'react-i18next';
import type { Material } from '@/features/materials/types';
import { formatBytes, formatDate } from '@/lib/format';
import { MaterialActions } from './MaterialActions';
import { MaterialTitle } from './MaterialTitle';
import { StateBadge } from './StateBadge';

export interface MaterialListProps {
  materials: Material[];
  canManage: boolean;
  onDelete: (material: Material) => void;
}

const headClass = 'px-3 py-2.5 font-semibold first:ps-4 last:pe-4';
const numberClass = 'px-3 py-3 text-end whitespace-nowrap tabular-nums text-ink-2';

export function MaterialTable({ materials, canManage, onDelete }: MaterialListProps) {
  const { t, i18n } = useTranslation();
  return (
    <div className="rounded-md border border-line bg-surface">
      <table className="w-full table-auto text-sm">
        <thead className="border-b border-line text-start text-xs text-ink-2">
          <tr>
            <th scope="col" className={`${headClass} text-start`}>
              {t('materials.columnTitle')}
            </th>
            <th scope="col" className={`${headClass} text-start`}>
              {t('materials.columnState')}
            </th>
            <th scope="col" className={`${headClass} text-end`}>
              {t('materials.columnPages')}
            </th>
            <th scope="col" className={`${headClass} text-end`}>
              {t('materials.columnSize')}
            </th>
            <th scope="col" className={`${headClass} text-end max-lg:hidden`}>
              {t('materials.columnDate')}
            </th>
            <th scope="col" className={`${headClass} text-end`}>
              <span className="sr-only">{t('materials.columnActions')}</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {materials.map((material) => (
            <tr key={material.id} data-testid="material" className="align-middle">
              <td className="w-full max-w-0 py-3 ps-4 pe-3">
                <MaterialTitle material={material} />
              </td>
              <td className="px-3 py-3">
                <StateBadge state={material.state} />
              </td>
              <td className={numberClass}>{material.pages ?? '–'}</td>
              <td className={numberClass}>{formatBytes(material.size, i18n.language)}</td>
              <td className={`${numberClass} max-lg:hidden`}>{formatDate(material.uploadedAt, i18n.language)}</td>
              <td className="py-2 ps-1 pe-2">
                <MaterialActions material={material} canManage={canManage} onDelete={onDelete} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
