import { PKI_ERRORS } from '@vouchsafe/pki/errors';
import { CLIENT_ERRORS } from '@vouchsafe/client/errors';
import t from 'tap';
import { AGENT_ERRORS } from '../../../agent/errors.ts';
import { CLI_ERRORS } from '../../../cli/errors.ts';
import { errorsPage } from '../../../docs/generate/errors.ts';
import { RUNTIME_ERRORS } from '../../../runtime/errors.ts';
import { DATASTORE_ERRORS } from '../../../server/datastore/errors.ts';
import { MAINTENANCE_ERRORS } from '../../../server/datastore/maintenance/errors.ts';
import { readSources } from '../../support/sources.ts';

const codes = [
  PKI_ERRORS,
  CLIENT_ERRORS,
  RUNTIME_ERRORS,
  DATASTORE_ERRORS,
  MAINTENANCE_ERRORS,
  AGENT_ERRORS,
  CLI_ERRORS,
].flatMap((errors) => Object.keys(errors));

t.test('every table of error codes is on the page', async (t) => {
  const tables = readSources().flatMap(({ isProduct, text }) =>
    isProduct ? (/^export const [A-Z]+_ERRORS = \{$.*?^\}/ms.exec(text) ?? []) : [],
  );
  const listed = tables.flatMap((text) => text.match(/^ {2}[A-Z][A-Z0-9_]+(?=:)/gm) ?? []);
  t.strictSame(listed.map((line) => line.trim()).sort(), [...codes].sort());
  const page = errorsPage().join('\n');
  for (const code of codes) t.match(page, `| \`${code}\` | `, code);
});

t.test('every code has something that gives it', async (t) => {
  const throwers = readSources().filter(
    ({ isProduct, path }) => isProduct && !path.endsWith('/errors.ts'),
  );
  const named = new Set(
    throwers.flatMap(({ text }) => text.match(/\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b/g) ?? []),
  );
  t.strictSame(
    codes.filter((code) => !named.has(code)),
    [],
  );
});
