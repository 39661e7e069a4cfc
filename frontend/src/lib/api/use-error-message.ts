import { useTranslation } from 'react-i18next';
import type { ApiError } from './error';

const keyByStatus = {
  403: 'errors.forbidden',
  413: 'errors.tooLarge',
  415: 'errors.unsupportedType',
  429: 'errors.rateLimited',
  503: 'errors.unavailable',
} as const;

const isKnownStatus = (status: number): status is keyof typeof keyByStatus => status in keyByStatus;

/** The server's own sentence where it sent one, else ours. */
export function useErrorMessage(): (error: Pick<ApiError, 'status' | 'kind' | 'detail'>) => string {
  const { t } = useTranslation();
  return ({ status, kind, detail }) => {
    if (detail) return detail;
    if (kind === 'network') return t('errors.network');
    if (kind === 'interrupted') return t('errors.interrupted');
    return t(isKnownStatus(status) ? keyByStatus[status] : 'errors.unknown');
  };
}
