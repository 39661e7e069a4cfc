import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Notice } from '@/components/Notice';
import { meQuery } from '@/features/auth/api/get-me';
import { ChangePasswordForm } from '@/features/auth/components/ChangePasswordForm';
import { useUser } from '@/features/auth/hooks/use-user';
import { usePageTitle } from '@/lib/hooks/use-page-title';
import { paths } from '@/lib/paths';
import { showToast } from '@/lib/toast';

export function Component() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const user = useUser();
  usePageTitle(t('auth.changeTitle'));

  const finish = () => {
    client.setQueryData(meQuery.queryKey, { ...user, is_temporary_password: false });
    showToast(t('auth.changed'));
    void navigate(paths.app.chat, { replace: true });
  };

  return (
    <div className="mx-auto w-full max-w-sm px-4 pt-12 pb-16">
      <h1 className="mb-6 text-xl font-bold">{t('auth.changeTitle')}</h1>
      {user.is_temporary_password && (
        <div className="mb-6">
          <Notice tone="warn">{t('auth.changeForced')}</Notice>
        </div>
      )}
      <ChangePasswordForm onChanged={finish} />
    </div>
  );
}
