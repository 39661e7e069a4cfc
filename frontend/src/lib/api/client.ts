import i18next from 'i18next';
import { session } from '@/lib/session';
import { ApiError, errorFromBody, isAbort } from './error';

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'DELETE';
  json?: unknown;
  form?: URLSearchParams;
  accept?: string;
  signal?: AbortSignal | undefined;
  /** Sign-in answers 401 for a wrong password, which ends no session. */
  keepSessionOn401?: boolean;
}

export function commonHeaders(): Record<string, string> {
  const token = session.token();
  return {
    'Accept-Language': i18next.resolvedLanguage ?? 'pt-BR',
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
  };
}

function bodyOf({ json, form }: RequestOptions): Pick<RequestInit, 'body'> {
  if (json !== undefined) return { body: JSON.stringify(json) };
  return form ? { body: form } : {};
}

/** Sends a request and returns the response once its status is known to be good. */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = 'GET', json, accept = 'application/json', signal, keepSessionOn401 } = options;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...commonHeaders(),
        Accept: accept,
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...bodyOf(options),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw ApiError.local('network');
  }
  if (response.ok) return response;
  if (response.status === 401 && !keepSessionOn401) session.end('expired');
  throw errorFromBody(
    response.status,
    await response.text().catch(() => ''),
    response.headers.get('Retry-After'),
  );
}

// The caller names the wire type of the endpoint it calls.
 
export async function requestJson<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await request(path, options);
  try {
    return (await response.json()) as T;
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw ApiError.local('interrupted');
  }
}
