export type Role = 'admin' | 'instructor' | 'student';

export interface User {
  id: string;
  username: string;
  email: string | null;
  full_name: string | null;
  role: Role;
  disabled: boolean;
  approved: boolean;
  is_temporary_password: boolean;
  created_at: string;
  updated_at: string | null;
  last_login: string | null;
}

export function canManageMaterials(user: User): boolean {
  return user.role === 'admin' || user.role === 'instructor';
}
