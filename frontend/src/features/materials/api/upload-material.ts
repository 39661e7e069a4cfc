import type { UploadAnswer } from '@/features/materials/types';
import { commonHeaders } from '@/lib/api/client';
import { ApiError, errorFromBody } from '@/lib/api/error';
import { paths } from '@/lib/paths';
import { session } from '@/lib/session';

/**
 * Sends one file; `onProgress` hears the share sent, 0 to 1.
 * On XMLHttpRequest because fetch does not tell how much of a body has been sent.
 */
export function uploadMaterial(
  file: File,
  onProgress: (ratio: number) => void,
  signal: AbortSignal,
): Promise<UploadAnswer> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', paths.api.upload);
    for (const [name, value] of Object.entries(commonHeaders())) xhr.setRequestHeader(name, value);
    xhr.setRequestHeader('Accept', 'application/json');

    xhr.upload.onprogress = ({ loaded, total }) => {
      if (total > 0) onProgress(loaded / total);
    };
    xhr.onerror = () => reject(ApiError.local('network'));
    xhr.onabort = () => reject(new DOMException('upload aborted', 'AbortError'));
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300) {
        try {
          resolve(JSON.parse(xhr.responseText) as UploadAnswer);
        } catch {
          reject(ApiError.local('interrupted'));
        }
        return;
      }
      if (xhr.status === 401) session.end('expired');
      reject(errorFromBody(xhr.status, xhr.responseText, xhr.getResponseHeader('Retry-After')));
    };
    signal.addEventListener('abort', () => xhr.abort(), { once: true });

    const form = new FormData();
    form.append('file', file);
    xhr.send(form);
  });
}
