import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`Set ${name}: frontend/README.md says what it holds`);
  return value;
}

const username = needed('E2E_USERNAME');
const password = needed('E2E_PASSWORD');
const uploadFile = needed('E2E_UPLOAD_FILE');
const uploadQuestion = needed('E2E_UPLOAD_QUESTION');
const uploadPage = needed('E2E_UPLOAD_PAGE');

const uploadName = uploadFile.split('/').at(-1) ?? uploadFile;
const answerTime = 60_000;
const ingestionTime = 90_000;

async function signIn(page: Page) {
  await page.goto('/app/');
  await page.getByLabel('Usuário').fill(username);
  await page.getByLabel('Senha', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByLabel('Sua pergunta')).toBeVisible();
}

const lastTurn = (page: Page) => page.getByTestId('turn').last();

async function waitForAnswer(page: Page, turns: number) {
  await expect(page.getByTestId('turn')).toHaveCount(turns);
  await expect(lastTurn(page)).toHaveAttribute('data-status', 'done', { timeout: answerTime });
}

async function ask(page: Page, question: string) {
  const before = await page.getByTestId('turn').count();
  await page.getByLabel('Sua pergunta').fill(question);
  await page.getByRole('button', { name: 'Enviar pergunta' }).click();
  await waitForAnswer(page, before + 1);
}

const uploadedRows = (page: Page) => page.getByTestId('material').filter({ hasText: uploadName });

async function deleteUploaded(page: Page) {
  await page.getByRole('link', { name: 'Materiais' }).click();
  await expect(page.getByTestId('material').first()).toBeVisible();
  while ((await uploadedRows(page).count()) > 0) {
    const before = await uploadedRows(page).count();
    await uploadedRows(page).first().getByTestId('delete-material').click();
    await page.getByTestId('confirm-delete').click();
    await expect(uploadedRows(page)).toHaveCount(before - 1);
  }
}

async function expectNoSidewaysScroll(page: Page) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

async function expectAccessible(page: Page) {
  // Colours that are still fading in would be measured half-way.
  await page.waitForTimeout(400);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }))).toEqual([]);
}

test('a wrong password is told, and the right one still works after it', async ({ page }) => {
  await page.goto('/app/');
  await page.getByLabel('Usuário').fill(username);
  await page.getByLabel('Senha', { exact: true }).fill('senha-que-nao-existe');
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByRole('alert')).toHaveText('Usuário ou senha incorretos.');
  await expectAccessible(page);
  await page.getByLabel('Senha', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Entrar' }).click();
  await expect(page.getByLabel('Sua pergunta')).toBeVisible();
});

test('an example question is answered with a citation whose page and passage can be read', async ({ page }) => {
  const blocked: string[] = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) blocked.push(message.text());
  });
  await signIn(page);
  await page.getByTestId('example').first().click();
  await waitForAnswer(page, 1);
  await lastTurn(page).getByTestId('citation').first().click();

  const panel = page.getByTestId('source-panel');
  await expect(panel.getByTestId('source-page')).toHaveText(/^\d+$/);
  await expect(panel.getByTestId('passage')).not.toBeEmpty();
  await expect(panel.locator('mark')).not.toBeEmpty();
  await expectAccessible(page);

  const download = page.waitForEvent('download');
  await panel.getByRole('button', { name: 'Baixar original' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.\w+$/);

  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await page.reload();
  await expect(lastTurn(page).getByTestId('sources')).toBeVisible();
  expect(blocked).toEqual([]);
});

test('an uploaded file answers with its page, and no longer once it is deleted', async ({ page }) => {
  test.setTimeout(300_000);
  await signIn(page);
  await deleteUploaded(page);

  await page.getByTestId('file-input').setInputFiles(uploadFile);
  await expect(page.getByTestId('upload')).toHaveAttribute('data-phase', 'ready', { timeout: ingestionTime });
  await expect(uploadedRows(page).getByTestId('material-state')).toHaveAttribute('data-state', 'ready');
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Conversa' }).click();
  await ask(page, uploadQuestion);
  await lastTurn(page).getByTestId('citation').first().click();
  const panel = page.getByTestId('source-panel');
  await expect(panel.getByTestId('source-page')).toHaveText(uploadPage);
  await expect(panel).toContainText(uploadName);
  await page.keyboard.press('Escape');

  await deleteUploaded(page);
  await page.getByRole('link', { name: 'Conversa' }).click();
  await ask(page, uploadQuestion);
  const cards = lastTurn(page).getByTestId('source-card');
  const details = lastTurn(page).locator('summary');
  if (await details.isVisible()) await details.click();
  for (let index = 0; index < (await cards.count()); index++) {
    await cards.nth(index).click();
    await expect(panel).not.toContainText(uploadName);
  }
});

test('signing in and asking work from the keyboard alone', async ({ page }) => {
  await page.goto('/app/');
  await expect(page.getByLabel('Usuário')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Usuário')).toBeFocused();
  await page.keyboard.type(username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');

  const composer = page.getByLabel('Sua pergunta');
  await expect(composer).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Ir para o conteúdo' })).toBeFocused();
  await page.keyboard.press('Enter');
  for (let presses = 0; presses < 8; presses++) {
    await page.keyboard.press('Tab');
    if (await composer.evaluate((element) => element === document.activeElement)) break;
  }
  await expect(composer).toBeFocused();
  await page.keyboard.type('Quantas séries semanais por grupo muscular');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('um iniciante deve fazer?');
  await page.keyboard.press('Enter');
  await waitForAnswer(page, 1);

  const chip = lastTurn(page).getByTestId('citation').first();
  await chip.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('source-panel')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(chip).toBeFocused();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('no page scrolls sideways, and Back closes a source', async ({ page }) => {
    await page.goto('/app/');
    await expect(page.getByLabel('Usuário')).toBeVisible();
    await expectNoSidewaysScroll(page);
    await signIn(page);
    await expectNoSidewaysScroll(page);
    await page.getByTestId('example').first().click();
    await waitForAnswer(page, 1);
    await expectNoSidewaysScroll(page);
    await lastTurn(page).getByTestId('citation').first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNoSidewaysScroll(page);
    await page.goBack();
    await expect(page.getByRole('dialog')).toBeHidden();
    await page.getByRole('link', { name: 'Materiais' }).click();
    await expect(page.getByTestId('material').first()).toBeVisible();
    await expectNoSidewaysScroll(page);
  });
});

test('dark follows the system and can be chosen by hand', async ({ page }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await signIn(page);
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await background();
  expect(dark).not.toBe(light);

  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByTestId('user-menu').click();
  await page.getByText('Escuro').click();
  expect(await background()).toBe(dark);
  await page.keyboard.press('Escape');
  await page.reload();
  await expect(page.getByLabel('Sua pergunta')).toBeVisible();
  expect(await background()).toBe(dark);
  await expectAccessible(page);
});
