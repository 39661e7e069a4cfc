import { useEffect, useState, type ReactNode } from 'react';
import { createConversationStore } from '@/features/chat/conversation-store';
import { ConversationContext } from '@/features/chat/hooks/conversation-context';

interface ConversationProviderProps {
  /** Give the provider a key of the same value, so that another person gets another conversation. */
  userId: string;
  children: ReactNode;
}

export function ConversationProvider({ userId, children }: ConversationProviderProps) {
  const [store] = useState(() => createConversationStore(userId));
  useEffect(() => store.stop, [store]);
  return <ConversationContext value={store}>{children}</ConversationContext>;
}
