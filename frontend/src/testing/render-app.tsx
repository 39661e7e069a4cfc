import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { routes } from '@/app/router';
import { queryClient } from '@/lib/query-client';
import { session } from '@/lib/session';

/** The whole app at an address, signed in unless told otherwise. */
export function renderApp(address = '/', { signedIn = true } = {}) {
  queryClient.clear();
  if (signedIn) session.start('token-1', 3600);
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { router, person: userEvent.setup() };
}
