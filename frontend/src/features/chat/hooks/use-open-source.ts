import { useCallback } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import type { Source, Turn } from '@/features/chat/types';

const parameter = 'source';

export interface OpenSource {
  turn: Turn;
  source: Source;
}

/** The open source lives in the address, so that Back closes it on a phone. */
export function useOpenSource(turns: Turn[]) {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { openedHere?: boolean } | null };

  const [turnId, n] = (search.get(parameter) ?? '').split('.');
  const turn = turns.find(({ id }) => id === turnId);
  const source = turn?.sources.find((candidate) => String(candidate.n) === n);
  const selected: OpenSource | null = turn && source ? { turn, source } : null;
  const isOpen = selected !== null;

  const open = useCallback(
    (id: string, number: number) =>
      void navigate(
        { search: `?${parameter}=${id}.${number}` },
        { state: { openedHere: true }, replace: isOpen, preventScrollReset: true },
      ),
    [navigate, isOpen],
  );

  const openedHere = state?.openedHere === true;
  const close = useCallback(() => {
    if (openedHere) void navigate(-1);
    else void navigate({ search: '' }, { replace: true, preventScrollReset: true });
  }, [navigate, openedHere]);

  return { selected, open, close };
}
