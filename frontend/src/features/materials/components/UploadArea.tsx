import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { useUploads } from '@/features/materials/hooks/upload-context';
import { useFileDrop } from '@/features/materials/hooks/use-file-drop';
import { cx } from '@/lib/cx';

export function UploadArea() {
  const { t } = useTranslation();
  const { add } = useUploads();
  const input = useRef<HTMLInputElement>(null);
  const dragging = useFileDrop(add);
  return (
    <div
      className={cx(
        'flex flex-wrap items-center gap-x-4 gap-y-3 rounded-md border border-dashed px-4 py-4 transition-colors sm:px-5',
        dragging ? 'border-accent bg-accent-soft' : 'border-line-strong bg-surface',
      )}
    >
      <Icon name="upload" className={cx('hidden size-6 sm:block', dragging ? 'text-accent' : 'text-ink-2')} />
      <div className="min-w-0 flex-1 basis-60">
        <p className="text-sm font-semibold max-sm:hidden">
          {t(dragging ? 'materials.dropHere' : 'materials.dropHint')}
        </p>
        <p className="text-sm text-ink-2">{t('materials.dropTypes')}</p>
      </div>
      <Button variant="primary" className="max-sm:w-full" onClick={() => input.current?.click()}>
        {t('materials.upload')}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="file-input"
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          // The same file may be chosen again after a failure.
          event.target.value = '';
        }}
      />
    </div>
  );
}
