import { createContext, use, useSyncExternalStore } from 'react';
import { isBusy } from '@/features/chat/conversation';
import type { ConversationStore } from '@/features/chat/conversation-store';

export const ConversationContext = createContext<ConversationStore | null>(null);

export function useConversation() {
  const store = use(ConversationContext);
  if (!store) throw new Error('useConversation needs a ConversationProvider above it');
  const conversation = useSyncExternalStore(store.subscribe, store.state);
  return { ...store, turns: conversation.turns, busy: isBusy(conversation) };
}
