export interface Toast {
  id: number;
  text: string;
  tone: 'calm' | 'danger';
}

const visibleForMs = 6000;
const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let nextId = 1;

function replace(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function currentToasts(): readonly Toast[] {
  return toasts;
}

export function onToastsChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function dismissToast(id: number): void {
  replace(toasts.filter((toast) => toast.id !== id));
}

export function showToast(text: string, tone: Toast['tone'] = 'calm'): void {
  const id = nextId++;
  replace([...toasts, { id, text, tone }]);
  setTimeout(() => dismissToast(id), visibleForMs);
}
