import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// Few rules, all errors. Formatting is Prettier's; import walls and size caps of files are proven by test/house.
export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.tap/**', 'proto/gen/**'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      complexity: ['error', 12],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': ['error', { max: 80 }],
      'max-params': ['error', 3],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An index that a loop has just bounded, or a non-empty check one line above, is what `!` is for.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-floating-promises': 'off', // tap collects the promises of sub-tests itself
      '@typescript-eslint/require-await': 'off', // a sub-test is asynchronous, whatever it does
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // parts of a value stand in for it
      '@typescript-eslint/unbound-method': 'off', // methods of clients are handed to what calls them
    },
  },
  { files: ['bench/**/*.ts', 'cli/**/*.ts', 'bin/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
);
