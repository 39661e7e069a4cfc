import { Suspense } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { PageSpinner } from '@/components/Plates';
import { SkipLink } from '@/components/SkipLink';
import { useUser } from '@/features/auth/hooks/use-user';
import { ConversationProvider } from '@/features/chat/components/ConversationProvider';
import { UploadProvider } from '@/features/materials/components/UploadProvider';
import { paths } from '@/lib/paths';
import { Header } from './Header';

/** What surrounds every page of a signed-in person. */
export function AppShell() {
  const user = useUser();
  const { pathname } = useLocation();

  if (user.is_temporary_password && pathname !== paths.app.changePassword) {
    return <Navigate to={paths.app.changePassword} replace />;
  }
  return (
    <ConversationProvider key={user.id} userId={user.id}>
      <UploadProvider key={user.id}>
        <SkipLink targetId="content" />
        <Header user={user} />
        <main id="content" tabIndex={-1} className="flex flex-1 flex-col">
          <Suspense fallback={<PageSpinner />}>
            <Outlet />
          </Suspense>
        </main>
      </UploadProvider>
    </ConversationProvider>
  );
}
