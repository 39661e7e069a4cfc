import { createBrowserRouter, redirect, type LoaderFunctionArgs, type RouteObject } from 'react-router';
import { PageSpinner } from '@/components/Plates';
import { meQuery } from '@/features/auth/api/get-me';
import { ApiError } from '@/lib/api/error';
import { paths } from '@/lib/paths';
import { queryClient } from '@/lib/query-client';
import { session } from '@/lib/session';
import { AppShell } from './AppShell';
import { NotFoundPage } from './routes/NotFoundPage';
import { RouteError } from './routes/RouteError';
import { SessionWatcher } from './SessionWatcher';

async function requireUser({ request }: LoaderFunctionArgs): Promise<null> {
  const { pathname, search } = new URL(request.url);
  const from = pathname.replace(paths.app.base, '') + search;
  const signIn = () => redirect(`${paths.app.signIn}?${new URLSearchParams({ from }).toString()}`);
  if (session.token() === null) throw signIn();
  try {
    await queryClient.query({ ...meQuery, staleTime: 'static' });
  } catch (cause) {
    if (cause instanceof ApiError && cause.status === 401) throw signIn();
    throw cause;
  }
  return null;
}

export const routes: RouteObject[] = [
  {
    Component: SessionWatcher,
    HydrateFallback: PageSpinner,
    ErrorBoundary: RouteError,
    children: [
      { path: paths.app.signIn, lazy: () => import('./routes/SignInPage') },
      {
        Component: AppShell,
        loader: requireUser,
        ErrorBoundary: RouteError,
        children: [
          {
            ErrorBoundary: RouteError,
            children: [
              { index: true, lazy: () => import('./routes/ChatRoute') },
              { path: paths.app.materials, lazy: () => import('./routes/MaterialsRoute') },
              { path: paths.app.changePassword, lazy: () => import('./routes/ChangePasswordPage') },
            ],
          },
        ],
      },
      { path: '*', Component: NotFoundPage },
    ],
  },
];

export const createAppRouter = () => createBrowserRouter(routes, { basename: paths.app.base });
