import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { useUploads } from '@/features/materials/hooks/upload-context';
import { isSettled } from '@/features/materials/uploads';
import { UploadRow } from './UploadRow';

export function UploadList() {
  const { t } = useTranslation();
  const { uploads, retry, clearSettled } = useUploads();
  if (uploads.length === 0) return null;
  return (
    <section aria-labelledby="uploads-heading" className="mt-4 rounded-md border border-line bg-surface">
      <div className="flex min-h-12 items-center justify-between border-b border-line ps-4 pe-2">
        <h2 id="uploads-heading" className="text-sm font-semibold">
          {t('materials.uploads')}
        </h2>
        {uploads.some(isSettled) && (
          <Button variant="quiet" size="sm" onClick={clearSettled}>
            {t('materials.clearUploads')}
          </Button>
        )}
      </div>
      <ul className="max-h-80 divide-y divide-line overflow-y-auto">
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} onRetry={retry} />
        ))}
      </ul>
    </section>
  );
}
