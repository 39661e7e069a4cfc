/** Material ids may hold slashes, which stay separators in the address. */
const idPath = (id: string) => id.split('/').map(encodeURIComponent).join('/');

export const paths = {
  app: {
    base: '/app',
    chat: '/',
    materials: '/materials',
    signIn: '/sign-in',
    changePassword: '/change-password',
  },
  api: {
    token: '/api/auth/token',
    me: '/api/auth/me',
    changePassword: '/api/auth/change-password',
    chat: '/api/chat-auth',
    feedback: '/api/chat/feedback',
    materials: '/api/materials',
    upload: '/api/materials/upload',
    material: (id: string) => `/api/materials/${idPath(id)}`,
    download: (id: string) => `/api/materials/${idPath(id)}?download=true`,
    retry: (id: string) => `/api/materials/${idPath(id)}/retry`,
    job: (id: string) => `/api/jobs/${encodeURIComponent(id)}`,
    jobEvents: (id: string) => `/api/jobs/${encodeURIComponent(id)}/events`,
  },
} as const;
