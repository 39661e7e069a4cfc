import { requestJson } from '@/lib/api/client';
import { paths } from '@/lib/paths';
import { session } from '@/lib/session';

interface TokenAnswer {
  access_token: string;
  token_type: string;
  is_temporary_password: boolean;
  expires_in: number;
}

export interface Credentials {
  username: string;
  password: string;
}

export async function signIn({ username, password }: Credentials): Promise<void> {
  const answer = await requestJson<TokenAnswer>(paths.api.token, {
    method: 'POST',
    form: new URLSearchParams({ username, password }),
    keepSessionOn401: true,
  });
  session.start(answer.access_token, answer.expires_in);
}
