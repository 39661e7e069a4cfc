export interface Source {
  n: number;
  material_id: string;
  title: string;
  /** Name of the file. */
  source: string;
  page: number | null;
  section: string | null;
  /** The passage's text. */
  chunk: string;
  /** A sentence that stands verbatim in the passage. */
  quote: string;
  score: number;
  start_seconds?: number | null;
  /** Number of the better source that says the same. */
  repeats?: number | null;
}

export interface ChatAnswer {
  answer: string;
  answered: boolean;
  confidence: number;
  sources: Source[];
  response_time: number;
  thread_id: string;
  /** 'extractive', or the name of the language model that wrote the answer. */
  engine: string;
  /** Why the answer is not as usual, in the asker's language. */
  notice: string | null;
}

/** Something said earlier, as a follow-up question needs it. */
export interface HistoryTurn {
  role: 'user' | 'assistant';
  content: string;
}

export type ChatEvent =
  | { type: 'meta'; threadId: string }
  | { type: 'sources'; sources: Source[] }
  | { type: 'delta'; text: string }
  | { type: 'done'; answer: ChatAnswer };

export interface TurnFailure {
  status: number;
  kind: string;
  detail: string;
  retryAfterSeconds: number | null;
}

export type TurnStatus = 'thinking' | 'streaming' | 'done' | 'stopped' | 'failed';

/** One question with what came back for it. */
export interface Turn {
  id: string;
  question: string;
  status: TurnStatus;
  answer: string;
  /** Unknown until the answer is complete. */
  answered: boolean | null;
  sources: Source[];
  notice: string | null;
  /** Unknown until the answer is complete. */
  engine: string | null;
  failure: TurnFailure | null;
}

export interface Conversation {
  threadId: string | null;
  turns: Turn[];
}
