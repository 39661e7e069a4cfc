import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const features = ['auth', 'chat', 'materials'];

// Imports that leave a folder go through "@/", so the layer rules below see every one of them.
const throughAlias = { regex: '^\\.\\./', message: 'Import from another folder through "@/".' };
const noApp = { group: ['@/app/*'], message: 'Only src/app may import from src/app.' };
const noFeatures = { group: ['@/features/*'], message: 'Shared code must not know any feature.' };

/** @param {string[]} files @param {object[]} patterns */
const layer = (files, patterns) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [throughAlias, ...patterns] }] },
});

export default defineConfig(
  globalIgnores(['dist', 'test-results', 'playwright-report', 'coverage']),
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'max-lines': ['error', { max: 220, skipBlankLines: false, skipComments: false }],
      // An empty name or path is as good as none.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // react-router signals a redirect by throwing a Response.
      '@typescript-eslint/only-throw-error': ['error', { allow: [{ from: 'lib', name: 'Response' }] }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
          message: 'Answers and file contents are untrusted: never insert HTML.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended, jsxA11y.flatConfigs.strict],
  },
  layer(['src/**/*.{ts,tsx}'], []),
  layer(['src/{components,lib,i18n}/**/*.{ts,tsx}'], [noApp, noFeatures]),
  ...features.map((feature) =>
    layer(
      [`src/features/${feature}/**/*.{ts,tsx}`],
      [
        noApp,
        {
          group: features.filter((other) => other !== feature).map((other) => `@/features/${other}/*`),
          message: 'Features do not import each other: compose them in src/app.',
        },
      ],
    ),
  ),
  { files: ['eslint.config.js'], languageOptions: { globals: globals.node } },
);
