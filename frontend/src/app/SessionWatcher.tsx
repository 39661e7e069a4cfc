import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Outlet, useLocation, useNavigate } from 'react-router';
import { paths } from '@/lib/paths';
import { session } from '@/lib/session';

/** Leads to the sign-in page when the session ends, wherever the news came from. */
export function SessionWatcher() {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const client = useQueryClient();

  useEffect(
    () =>
      session.onEnd((reason) => {
        client.clear();
        const expired = reason === 'expired';
        void navigate(paths.app.signIn, {
          replace: true,
          state: expired ? { from: pathname + search, expired } : null,
        });
      }),
    [client, navigate, pathname, search],
  );

  return <Outlet />;
}
