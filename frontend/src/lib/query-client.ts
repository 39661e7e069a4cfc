import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '@/lib/api/error';

const worthAnotherTry = (error: Error) =>
  error instanceof ApiError && (error.status === 0 || error.status >= 502);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 10_000, retry: (count, error) => count < 2 && worthAnotherTry(error) },
  },
});
