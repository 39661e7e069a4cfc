import type { ApiError } from '@/lib/api/error';
import type { ChatEvent, Conversation, HistoryTurn, Turn } from './types';

const historyTurns = 5;
const historyCharacters = 2000;

export const emptyConversation: Conversation = { threadId: null, turns: [] };

export type ConversationAction =
  | { type: 'asked'; id: string; question: string }
  | { type: 'received'; id: string; event: ChatEvent }
  | { type: 'stopped'; id: string }
  | { type: 'failed'; id: string; error: ApiError }
  | { type: 'withdrawn'; id: string }
  | { type: 'cleared' };

function newTurn(id: string, question: string): Turn {
  return {
    id,
    question,
    status: 'thinking',
    answer: '',
    answered: null,
    sources: [],
    notice: null,
    engine: null,
    failure: null,
  };
}

function received(turn: Turn, event: ChatEvent): Turn {
  switch (event.type) {
    case 'meta':
      return turn;
    case 'sources':
      return { ...turn, sources: event.sources };
    case 'delta':
      return { ...turn, status: 'streaming', answer: turn.answer + event.text };
    case 'done': {
      const { answer, answered, sources, engine, notice } = event.answer;
      return { ...turn, status: 'done', answer, answered, sources, engine, notice };
    }
  }
}

const isRunning = (turn: Turn) => turn.status === 'thinking' || turn.status === 'streaming';

export function isBusy({ turns }: Conversation): boolean {
  return turns.some(isRunning);
}

/** What was said before a turn, as far back as a follow-up question may lean on. */
export function historyBefore({ turns }: Conversation, id: string): HistoryTurn[] {
  return turns
    .filter((turn) => turn.id !== id && turn.status === 'done')
    .slice(-historyTurns)
    .flatMap(({ question, answer }): HistoryTurn[] => [
      { role: 'user', content: question.slice(0, historyCharacters) },
      { role: 'assistant', content: answer.slice(0, historyCharacters) },
    ]);
}

export function conversationReducer(state: Conversation, action: ConversationAction): Conversation {
  const change = (id: string, update: (turn: Turn) => Turn) =>
    state.turns.map((turn) => (turn.id === id ? update(turn) : turn));

  switch (action.type) {
    case 'asked':
      return {
        ...state,
        turns: [...state.turns.filter((turn) => turn.id !== action.id), newTurn(action.id, action.question)],
      };
    case 'received': {
      const { id, event } = action;
      const threadId = event.type === 'meta' ? event.threadId : state.threadId;
      return { threadId, turns: change(id, (turn) => received(turn, event)) };
    }
    case 'stopped':
      return { ...state, turns: change(action.id, (turn) => ({ ...turn, status: 'stopped' })) };
    case 'failed': {
      const { status, kind, detail, retryAfterSeconds } = action.error;
      const failure = { status, kind, detail, retryAfterSeconds };
      return { ...state, turns: change(action.id, (turn) => ({ ...turn, status: 'failed', failure })) };
    }
    case 'withdrawn':
      return { ...state, turns: state.turns.filter((turn) => turn.id !== action.id) };
    case 'cleared':
      return emptyConversation;
  }
}

/** What a reload finds: an answer that was being written then can no longer arrive. */
export function settled(conversation: Conversation): Conversation {
  return {
    ...conversation,
    turns: conversation.turns.map((turn) => (isRunning(turn) ? { ...turn, status: 'stopped' } : turn)),
  };
}
