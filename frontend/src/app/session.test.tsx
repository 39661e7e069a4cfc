import { screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { session } from '@/lib/session';
import { user } from '@/testing/fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const me = http.get('*/api/auth/me', () => HttpResponse.json(user));
const token = http.post('*/api/auth/token', async ({ request }) => {
  const form = new URLSearchParams(await request.text());
  if (form.get('password') !== 'certa') {
    return HttpResponse.json({ error: 'invalid_credentials', detail: 'x' }, { status: 401 });
  }
  return HttpResponse.json({
    access_token: 'token-2',
    token_type: 'bearer',
    is_temporary_password: false,
    expires_in: 3600,
  });
});

async function fillSignIn(person: ReturnType<typeof renderApp>['person'], password: string) {
  await person.type(await screen.findByLabelText('Usuário'), 'ana');
  await person.type(screen.getByLabelText('Senha'), `${password}{Enter}`);
}

describe('signing in', () => {
  it('is asked for first, and leads to the page that was wanted', async () => {
    server.use(me, token, http.get('*/api/materials', () => HttpResponse.json([])));
    const { person, router } = renderApp('/materials', { signedIn: false });
    await fillSignIn(person, 'certa');
    expect(await screen.findByText('Nenhum material ainda')).toBeVisible();
    expect(router.state.location.pathname).toBe('/materials');
  });

  it('says so when the password is wrong', async () => {
    server.use(token);
    const { person } = renderApp('/sign-in', { signedIn: false });
    await fillSignIn(person, 'errada');
    expect(await screen.findByRole('alert')).toHaveTextContent('Usuário ou senha incorretos.');
  });

  it('asks for what is missing without calling the server', async () => {
    const { person } = renderApp('/sign-in', { signedIn: false });
    await person.click(await screen.findByRole('button', { name: 'Entrar' }));
    expect(await screen.findByText('Informe o usuário.')).toBeVisible();
    expect(screen.getByText('Informe a senha.')).toBeVisible();
  });

  it('says so when the server cannot be reached', async () => {
    server.use(http.post('*/api/auth/token', () => HttpResponse.error()));
    const { person } = renderApp('/sign-in', { signedIn: false });
    await fillSignIn(person, 'certa');
    expect(await screen.findByRole('alert')).toHaveTextContent('Sem conexão com o servidor');
  });
});

describe('a session', () => {
  it('that has expired leads to sign-in and gives the typed question back', async () => {
    server.use(
      me,
      token,
      http.post('*/api/chat-auth', () => HttpResponse.json({ error: 'unauthorized', detail: '' }, { status: 401 })),
    );
    const { person } = renderApp();
    await person.type(await screen.findByLabelText('Sua pergunta'), 'Quantas séries?{Enter}');
    expect(await screen.findByText(/Sua sessão terminou/)).toBeVisible();
    await fillSignIn(person, 'certa');
    expect(await screen.findByLabelText('Sua pergunta')).toHaveValue('Quantas séries?');
  });

  it('with a temporary password must change it first', async () => {
    let temporary = true;
    server.use(
      http.get('*/api/auth/me', () => HttpResponse.json({ ...user, is_temporary_password: temporary })),
      http.post('*/api/auth/change-password', () => {
        temporary = false;
        return HttpResponse.json({ success: true, message: '' });
      }),
    );
    const { person, router } = renderApp('/');
    await person.type(await screen.findByLabelText('Senha atual'), 'provisoria');
    await person.type(screen.getByLabelText('Nova senha'), 'uma-senha-nova');
    await person.type(screen.getByLabelText('Repita a nova senha'), 'outra{Enter}');
    expect(await screen.findByText('As duas senhas não são iguais.')).toBeVisible();
    await person.clear(screen.getByLabelText('Repita a nova senha'));
    await person.type(screen.getByLabelText('Repita a nova senha'), 'uma-senha-nova{Enter}');
    expect(await screen.findByLabelText('Sua pergunta')).toBeVisible();
    expect(router.state.location.pathname).toBe('/');
  });

  it('sends the interface language and the token with every request', async () => {
    let headers = new Headers();
    server.use(
      http.get('*/api/auth/me', ({ request }) => {
        headers = request.headers;
        return HttpResponse.json(user);
      }),
    );
    renderApp();
    await screen.findByLabelText('Sua pergunta');
    expect(headers.get('Authorization')).toBe('Bearer token-1');
    expect(headers.get('Accept-Language')).toBe('pt-BR');
  });

  it('is over when its time has passed', () => {
    session.start('token', 0);
    expect(session.token()).toBeNull();
  });
});
