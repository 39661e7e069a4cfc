import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonClass } from '@/components/Button';
import { StatePage } from '@/components/StatePage';
import { usePageTitle } from '@/lib/hooks/use-page-title';
import { paths } from '@/lib/paths';

export function NotFoundPage() {
  const { t } = useTranslation();
  usePageTitle(t('errors.notFoundTitle'));
  return (
    <main className="flex flex-1">
      <StatePage
        heading="h1"
        title={t('errors.notFoundTitle')}
        hint={t('errors.notFoundHint')}
        action={
          <Link to={paths.app.chat} className={buttonClass('primary', 'md')}>
            {t('common.home')}
          </Link>
        }
      />
    </main>
  );
}
