import { useTranslation } from 'react-i18next';
import { Button } from '@/components/Button';
import { Icon } from '@/components/Icon';
import { phaseRatio, type Upload } from '@/features/materials/uploads';
import { useErrorMessage } from '@/lib/api/use-error-message';
import { cx } from '@/lib/cx';
import { formatBytes, formatPercent } from '@/lib/format';

interface UploadRowProps {
  upload: Upload;
  onRetry: (id: number) => void;
}

function usePhaseText({ phase, sent, duplicate, document, error }: Upload): string {
  const { t, i18n } = useTranslation();
  const errorMessage = useErrorMessage();
  switch (phase) {
    case 'uploading':
      return t('materials.progress.uploading', { percent: formatPercent(sent, i18n.language) });
    case 'parsing':
      return document?.pages_total
        ? t('materials.progress.parsingCount', { done: document.pages_done, total: document.pages_total })
        : t('materials.progress.parsing');
    case 'indexing':
      return document?.chunks_total
        ? t('materials.progress.indexingCount', { done: document.chunks_done, total: document.chunks_total })
        : t('materials.progress.indexing');
    case 'ready':
      return t(duplicate ? 'materials.progress.duplicate' : 'materials.progress.ready');
    case 'failed':
      return error ? errorMessage(error) : t('materials.progress.failed');
    default:
      return t(`materials.progress.${phase}`);
  }
}

export function UploadRow({ upload, onRetry }: UploadRowProps) {
  const { t, i18n } = useTranslation();
  const { file, phase } = upload;
  const text = usePhaseText(upload);
  const ratio = phaseRatio(upload);
  const failed = phase === 'failed' || phase === 'cancelled';
  return (
    <li className="px-4 py-3" data-testid="upload" data-phase={phase}>
      <div className="flex items-center gap-3">
        <Icon
          name={phase === 'ready' ? 'check' : failed ? 'alert' : 'file'}
          className={cx('size-5', phase === 'ready' ? 'text-accent' : failed ? 'text-danger' : 'text-ink-2')}
        />
        <div className="min-w-0 flex-1">
          <p className="flex items-baseline gap-2 text-sm">
            <span className="truncate font-semibold">{file.name}</span>
            <span className="shrink-0 text-xs text-ink-2">{formatBytes(file.size, i18n.language)}</span>
          </p>
          <p className={cx('text-sm tabular-nums', failed ? 'text-danger' : 'text-ink-2')}>{text}</p>
        </div>
        {failed && (
          <Button size="sm" onClick={() => onRetry(upload.id)}>
            <Icon name="refresh" className="size-4" />
            {t('common.retry')}
          </Button>
        )}
      </div>
      {!failed && phase !== 'ready' && (
        <progress
          className="bar mt-2.5"
          aria-label={t('materials.progress.label', { name: file.name })}
          aria-valuetext={text}
          max={1}
          {...(ratio === null ? {} : { value: ratio })}
        />
      )}
    </li>
  );
}
