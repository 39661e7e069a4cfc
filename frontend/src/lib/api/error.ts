/** Kinds made here; every other kind is the server's own word. */
export type LocalErrorKind = 'network' | 'interrupted' | 'unknown';

interface ApiErrorInit {
  status: number;
  kind: string;
  /** A sentence for a person, already in the interface language; empty when there was none. */
  detail?: string;
  retryAfterSeconds?: number | null;
}

/** The one error every call to the server fails with. `status` is 0 when no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly kind: string;
  readonly detail: string;
  readonly retryAfterSeconds: number | null;

  constructor({ status, kind, detail = '', retryAfterSeconds = null }: ApiErrorInit) {
    super(detail || kind);
    this.name = 'ApiError';
    this.status = status;
    this.kind = kind;
    this.detail = detail;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static local(kind: LocalErrorKind): ApiError {
    return new ApiError({ status: 0, kind });
  }

  static from(cause: unknown): ApiError {
    return cause instanceof ApiError ? cause : ApiError.local('unknown');
  }
}

export function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError';
}

function text(body: unknown, field: 'error' | 'detail'): string {
  if (typeof body !== 'object' || body === null) return '';
  const value = (body as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : '';
}

function parseRetryAfter(value: string | null): number | null {
  if (value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

export function errorFromBody(status: number, rawBody: string, retryAfter: string | null): ApiError {
  let body: unknown = null;
  try {
    body = JSON.parse(rawBody);
  } catch {
    // A proxy may answer HTML; its text is of no use to a person.
  }
  return new ApiError({
    status,
    kind: text(body, 'error') || 'unknown',
    detail: text(body, 'detail'),
    retryAfterSeconds: parseRetryAfter(retryAfter),
  });
}
