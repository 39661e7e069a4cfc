import { useEffect } from 'react';

const productName = 'DNA da Força AI';

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${productName}`;
  }, [title]);
}
