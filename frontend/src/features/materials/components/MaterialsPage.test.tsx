import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { material, user } from '@/testing/fixtures';
import { renderApp } from '@/testing/render-app';
import { server } from '@/testing/server';

const signedInAs = (role: string) => http.get('*/api/auth/me', () => HttpResponse.json({ ...user, role }));
const failing = { ...material, id: 'm2', title: 'Séries antigas', state: 'failed', error: 'Arquivo vazio.' };

describe('the materials', () => {
  it('are found whatever the accents and the case', async () => {
    server.use(signedInAs('student'), http.get('*/api/materials', () => HttpResponse.json([material, failing])));
    const { person, router } = renderApp('/materials');
    await person.type(await screen.findByRole('searchbox'), 'SERIES');
    expect(screen.getAllByTestId('material')).toHaveLength(1);
    expect(screen.getByText('Séries antigas')).toBeVisible();
    expect(router.state.location.search).toBe('?q=SERIES');
  });

  it('give a student no control that changes them', async () => {
    server.use(signedInAs('student'), http.get('*/api/materials', () => HttpResponse.json([failing])));
    renderApp('/materials');
    const row = await screen.findByTestId('material');
    expect(within(row).getAllByRole('button')).toHaveLength(1);
    expect(within(row).getByRole('button', { name: 'Baixar Séries antigas' })).toBeVisible();
    expect(screen.queryByTestId('file-input')).toBeNull();
  });

  it('are deleted after a confirmation', async () => {
    let materials = [material, failing];
    server.use(
      signedInAs('admin'),
      http.get('*/api/materials', () => HttpResponse.json(materials)),
      http.delete('*/api/materials/m1', () => {
        materials = [failing];
        return HttpResponse.json({ success: true });
      }),
    );
    const { person } = renderApp('/materials');
    await person.click(await screen.findByRole('button', { name: 'Excluir Manual de treinamento de força' }));
    expect(screen.getByRole('dialog', { name: 'Excluir este material?' })).toBeVisible();
    await person.click(screen.getByTestId('confirm-delete'));
    expect(await screen.findByText('1 material')).toBeVisible();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('tell why one failed and offer another try', async () => {
    let retried = false;
    server.use(
      signedInAs('instructor'),
      http.get('*/api/materials', () => HttpResponse.json([{ ...failing, state: retried ? 'queued' : 'failed' }])),
      http.post('*/api/materials/m2/retry', () => {
        retried = true;
        return HttpResponse.json({ material_id: 'm2', job_id: 'j2' }, { status: 202 });
      }),
    );
    const { person } = renderApp('/materials');
    expect(await screen.findByText('Arquivo vazio.')).toBeVisible();
    await person.click(screen.getByRole('button', { name: 'Processar Séries antigas de novo' }));
    expect(await screen.findByText('Na fila')).toBeVisible();
  });

  it('show another try when the list cannot be fetched', async () => {
    server.use(signedInAs('student'), http.get('*/api/materials', () => HttpResponse.json({}, { status: 500 })));
    renderApp('/materials');
    expect(await screen.findByRole('alert')).toHaveTextContent('Algo deu errado');
    expect(screen.getByRole('button', { name: 'Tentar de novo' })).toBeEnabled();
  });
});
