import { request } from './client';

function fileNameFrom(disposition: string | null): string | null {
  const encoded = disposition?.match(/filename\*=UTF-8''([^;]+)/i)?.[1];
  if (encoded) {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return null;
    }
  }
  return disposition?.match(/filename="?([^";]+)"?/i)?.[1] ?? null;
}

/** Fetches a protected file and hands it to the browser to save: a plain link could not carry the token. */
export async function downloadFile(path: string, fallbackName: string): Promise<void> {
  const response = await request(path, { accept: '*/*' });
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = fileNameFrom(response.headers.get('Content-Disposition')) ?? fallbackName;
  link.click();
  // The browser reads the blob after this task ends.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
