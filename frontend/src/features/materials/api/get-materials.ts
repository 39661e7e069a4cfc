import { queryOptions } from '@tanstack/react-query';
import { isUnfinished, type Material } from '@/features/materials/types';
import { requestJson } from '@/lib/api/client';
import { paths } from '@/lib/paths';

const refetchWhileWorkingMs = 2500;

export const materialsQuery = queryOptions({
  queryKey: ['materials'],
  queryFn: ({ signal }) => requestJson<Material[]>(paths.api.materials, { signal }),
  refetchInterval: ({ state }) =>
    state.data?.some((material) => isUnfinished(material.state)) ? refetchWhileWorkingMs : false,
});
