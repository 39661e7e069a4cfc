import { requestJson } from '@/lib/api/client';
import { paths } from '@/lib/paths';

export interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

export function changePassword({ currentPassword, newPassword }: PasswordChange): Promise<{ success: boolean }> {
  return requestJson(paths.api.changePassword, {
    method: 'POST',
    json: { current_password: currentPassword, new_password: newPassword },
  });
}
