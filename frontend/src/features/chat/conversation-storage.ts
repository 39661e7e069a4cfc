import { readStored, readStoredJson, writeStored } from '@/lib/storage';
import { emptyConversation, settled } from './conversation';
import type { Conversation } from './types';

// Keyed by person: on a shared computer the next one to sign in must not see it.
const conversationKey = (userId: string) => `dna.conversation.v1.${userId}`;
const draftKey = (userId: string) => `dna.draft.v1.${userId}`;

function isConversation(value: unknown): value is Conversation {
  return typeof value === 'object' && value !== null && 'turns' in value && Array.isArray(value.turns);
}

export function loadConversation(userId: string): Conversation {
  const stored = readStoredJson(sessionStorage, conversationKey(userId));
  return isConversation(stored) ? settled(stored) : emptyConversation;
}

export function saveConversation(userId: string, conversation: Conversation): void {
  const empty = conversation.turns.length === 0;
  writeStored(sessionStorage, conversationKey(userId), empty ? null : JSON.stringify(conversation));
}

export function loadDraft(userId: string): string {
  return readStored(sessionStorage, draftKey(userId)) ?? '';
}

export function saveDraft(userId: string, draft: string): void {
  writeStored(sessionStorage, draftKey(userId), draft === '' ? null : draft);
}

/** A deliberate sign-out leaves nothing behind in this tab. */
export function forgetChat(userId: string): void {
  writeStored(sessionStorage, conversationKey(userId), null);
  writeStored(sessionStorage, draftKey(userId), null);
}
