import { useSuspenseQuery } from '@tanstack/react-query';
import { meQuery } from '@/features/auth/api/get-me';
import type { User } from '@/features/auth/types';

/** The signed-in person; routes that need one load it before they render. */
export function useUser(): User {
  return useSuspenseQuery(meQuery).data;
}
