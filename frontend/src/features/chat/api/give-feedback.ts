import { splitCited } from '@/features/chat/citations';
import type { Turn } from '@/features/chat/types';
import { requestJson } from '@/lib/api/client';
import { paths } from '@/lib/paths';

export interface Opinion {
  turn: Turn;
  threadId: string | null;
  helpful: boolean;
}

interface FeedbackSaved {
  success: boolean;
  message: string;
}

/** What the server keeps of an answer at most. */
const keptAnswer = 20_000;

/** Says whether an answer helped; the server keeps the place that it cites first. */
export function giveFeedback({ turn, threadId, helpful }: Opinion): Promise<FeedbackSaved> {
  const first = turn.answered === false ? undefined : splitCited(turn.answer, turn.sources).cited[0];
  return requestJson<FeedbackSaved>(paths.api.feedback, {
    method: 'POST',
    json: {
      question: turn.question,
      helpful,
      answer: turn.answer.slice(0, keptAnswer),
      ...(first === undefined ? {} : { material_id: first.material_id, page: first.page }),
      ...(threadId === null ? {} : { thread_id: threadId }),
    },
  });
}
