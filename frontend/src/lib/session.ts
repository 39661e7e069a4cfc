import { readStoredJson, writeStored } from './storage';

const key = 'dna.session';

interface StoredSession {
  token: string;
  expiresAt: number;
}

type EndReason = 'expired' | 'signed-out';
type EndListener = (reason: EndReason) => void;

const listeners = new Set<EndListener>();

function isStoredSession(value: unknown): value is StoredSession {
  return (
    typeof value === 'object' &&
    value !== null &&
    'token' in value &&
    typeof value.token === 'string' &&
    'expiresAt' in value &&
    typeof value.expiresAt === 'number'
  );
}

export const session = {
  token(): string | null {
    const stored = readStoredJson(sessionStorage, key);
    return isStoredSession(stored) && stored.expiresAt > Date.now() ? stored.token : null;
  },

  start(token: string, expiresInSeconds: number): void {
    const stored: StoredSession = { token, expiresAt: Date.now() + expiresInSeconds * 1000 };
    writeStored(sessionStorage, key, JSON.stringify(stored));
  },

  end(reason: EndReason): void {
    writeStored(sessionStorage, key, null);
    for (const listener of listeners) listener(reason);
  },

  onEnd(listener: EndListener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
