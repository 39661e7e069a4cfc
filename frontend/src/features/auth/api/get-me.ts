import { queryOptions } from '@tanstack/react-query';
import { requestJson } from '@/lib/api/client';
import { paths } from '@/lib/paths';
import type { User } from '@/features/auth/types';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => requestJson<User>(paths.api.me, { signal }),
  staleTime: 5 * 60_000,
});
