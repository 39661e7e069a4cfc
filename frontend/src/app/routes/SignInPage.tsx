import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { LanguageSwitch } from '@/components/LanguageSwitch';
import { Logo } from '@/components/Logo';
import { Notice } from '@/components/Notice';
import { SignInForm } from '@/features/auth/components/SignInForm';
import { usePageTitle } from '@/lib/hooks/use-page-title';
import { paths } from '@/lib/paths';

interface SignInState {
  from?: string;
  expired?: boolean;
}

/** Only a place inside the app may follow a sign-in. */
const insideApp = (from: string | null | undefined) =>
  from?.startsWith('/') && !from.startsWith('//') ? from : paths.app.chat;

export function Component() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const { state } = useLocation() as { state: SignInState | null };
  usePageTitle(t('auth.title'));

  const destination = insideApp(state?.from ?? search.get('from'));
  return (
    <main className="flex flex-1 flex-col items-center justify-center px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-8">
          <Logo className="size-12" />
          <h1 className="mt-5 text-2xl font-bold">{t('common.productName')}</h1>
          <p className="mt-1 text-ink-2">{t('auth.tagline')}</p>
        </div>
        {state?.expired && (
          <div className="mb-5">
            <Notice tone="warn" role="status">
              {t('auth.sessionExpired')}
            </Notice>
          </div>
        )}
        <SignInForm onSignedIn={() => void navigate(destination, { replace: true })} />
        <div className="mt-10 border-t border-line pt-6">
          <LanguageSwitch legendHidden />
        </div>
      </div>
    </main>
  );
}
