export const source = {
  n: 1,
  material_id: 'm1',
  title: 'Manual de treinamento de força',
  source: 'manual.pdf',
  page: 3,
  section: 'Volume',
  chunk: 'O volume importa. Faça de 10 a 20\nséries por semana. Descanse bem.',
  quote: 'Faça de 10 a 20 séries por semana.',
  score: 0.9,
  start_seconds: null,
};

export const answer = {
  answer: 'De 10 a 20 séries por semana [1].',
  answered: true,
  confidence: 0.9,
  sources: [source],
  response_time: 0.1,
  thread_id: 't1',
  engine: 'extractive',
  notice: null,
};

export const answerEvents = [
  { event: 'meta', data: { thread_id: 't1' } },
  { event: 'sources', data: { sources: [source] } },
  { event: 'delta', data: { text: 'De 10 a 20 ' } },
  { event: 'delta', data: { text: 'séries por semana [1].' } },
  { event: 'done', data: answer },
];

export const user = {
  id: 'u1',
  username: 'ana',
  email: null,
  full_name: 'Ana Prado',
  role: 'instructor',
  disabled: false,
  approved: true,
  is_temporary_password: false,
  created_at: '2025-01-01T00:00:00Z',
  updated_at: null,
  last_login: null,
};

export const material = {
  id: 'm1',
  title: 'Manual de treinamento de força',
  description: null,
  type: 'pdf',
  path: 'manual.pdf',
  size: 120_000,
  uploadedAt: '2025-11-01T12:00:00Z',
  uploadedBy: 'ana',
  tags: [],
  collection: 'default',
  state: 'ready',
  error: null,
  pages: 8,
  chunks: 40,
};
