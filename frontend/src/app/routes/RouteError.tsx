import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Button } from '@/components/Button';
import { StatePage } from '@/components/StatePage';
import { ApiError } from '@/lib/api/error';
import { useErrorMessage } from '@/lib/api/use-error-message';

/** Reloading is the way out: it also fetches the files of a newly deployed version. */
export function RouteError() {
  const { t } = useTranslation();
  const errorMessage = useErrorMessage();
  const error = useRouteError();
  const hint = error instanceof ApiError ? errorMessage(error) : t('errors.pageHint');
  return (
    <div role="alert" className="flex flex-1">
      <StatePage
        heading="h1"
        title={t('errors.pageTitle')}
        hint={hint}
        action={
          <Button variant="primary" onClick={() => window.location.reload()}>
            {t('common.retry')}
          </Button>
        }
      />
    </div>
  );
}
