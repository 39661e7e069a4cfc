import { ApiError, isAbort } from '@/lib/api/error';
import { ask } from './api/ask';
import { conversationReducer, historyBefore, isBusy, type ConversationAction } from './conversation';
import { loadConversation, loadDraft, saveConversation, saveDraft } from './conversation-storage';
import type { Conversation } from './types';

export interface ConversationStore {
  state: () => Conversation;
  subscribe: (listener: () => void) => () => void;
  ask: (question: string) => Promise<void>;
  /** Asks the question of a failed or stopped turn again, as the newest turn. */
  retry: (turnId: string) => Promise<void>;
  stop: () => void;
  clear: () => void;
}

interface Running {
  id: string;
  abort: AbortController;
}

// crypto.randomUUID needs HTTPS, which a server on a school's own network may lack.
const newTurnId = () => `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;

/** Holds one person's conversation outside React, so that an answer goes on while another page is open. */
export function createConversationStore(userId: string): ConversationStore {
  const listeners = new Set<() => void>();
  let state = loadConversation(userId);
  let running: Running | null = null;

  // Read through a function: stop() may have changed it during an await.
  const isCurrent = (abort: AbortController) => running?.abort === abort;

  const dispatch = (action: ConversationAction) => {
    state = conversationReducer(state, action);
    // Writing the whole conversation for every piece of text would cost more than it saves.
    if (action.type !== 'received' || action.event.type !== 'delta') saveConversation(userId, state);
    for (const listener of listeners) listener();
  };

  const fail = (id: string, question: string, error: ApiError) => {
    if (error.status === 401 && loadDraft(userId) === '') {
      // The person is about to sign in again: the question waits in the composer.
      saveDraft(userId, question);
      dispatch({ type: 'withdrawn', id });
    } else {
      dispatch({ type: 'failed', id, error });
    }
  };

  const run = async (id: string, question: string) => {
    const abort = new AbortController();
    running = { id, abort };
    dispatch({ type: 'asked', id, question });
    const { threadId } = state;
    try {
      const history = historyBefore(state, id);
      for await (const event of ask({ content: question, threadId, history }, abort.signal)) {
        if (abort.signal.aborted) return;
        dispatch({ type: 'received', id, event });
      }
    } catch (cause) {
      if (abort.signal.aborted || isAbort(cause)) return;
      fail(id, question, ApiError.from(cause));
    } finally {
      if (isCurrent(abort)) running = null;
    }
  };

  const stop = () => {
    if (!running) return;
    const { id, abort } = running;
    running = null;
    abort.abort();
    dispatch({ type: 'stopped', id });
  };

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async ask(question) {
      if (!isBusy(state)) await run(newTurnId(), question);
    },
    async retry(turnId) {
      const turn = state.turns.find(({ id }) => id === turnId);
      if (turn && !isBusy(state)) await run(turn.id, turn.question);
    },
    stop,
    clear() {
      stop();
      dispatch({ type: 'cleared' });
    },
  };
}
