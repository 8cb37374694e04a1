import { PKI_ERRORS } from '@vouchsafe/pki/errors';
import { CLIENT_ERRORS } from '@vouchsafe/client/errors';
import { AGENT_ERRORS, AgentError } from '../../agent/errors.ts';
import type { AgentErrorCode } from '../../agent/errors.ts';
import { CLI_ERRORS } from '../../cli/errors.ts';
import { RUNTIME_ERRORS } from '../../runtime/errors.ts';
import { DATASTORE_ERRORS } from '../../server/datastore/errors.ts';
import { MAINTENANCE_ERRORS } from '../../server/datastore/maintenance/errors.ts';
import { code, prose, sentence, table } from './markdown.ts';
import { PKI_REMEDIES } from './pki-remedies.ts';
import {
  AGENT_REMEDIES,
  CLIENT_REMEDIES,
  CLI_REMEDIES,
  DATASTORE_REMEDIES,
  MAINTENANCE_REMEDIES,
  RUNTIME_REMEDIES,
} from './remedies.ts';

interface ErrorTable {
  readonly title: string;
  readonly about: string;
  /** Text by code. */
  readonly errors: Readonly<Record<string, string>>;
  readonly remedyOf: (code: string) => string | undefined;
}

function agentRemedy(errorCode: string): string | undefined {
  const known = new AgentError(errorCode as AgentErrorCode).remedy;
  return known === undefined ? AGENT_REMEDIES[errorCode as AgentErrorCode] : sentence(known);
}

const lookUp =
  (remedies: Readonly<Record<string, string>>) =>
  (errorCode: string): string | undefined =>
    remedies[errorCode];

const TABLES: readonly ErrorTable[] = [
  {
    title: 'Command line',
    about: '`CLI_USAGE` ends with exit code 2, all others with 1.',
    errors: CLI_ERRORS,
    remedyOf: lookUp(CLI_REMEDIES),
  },
  {
    title: 'Configuration, files and sockets',
    about: 'Of both daemons and the command line.',
    errors: RUNTIME_ERRORS,
    remedyOf: lookUp(RUNTIME_REMEDIES),
  },
  {
    title: 'Agent',
    about: 'What stops an agent, or keeps it from its server.',
    errors: AGENT_ERRORS,
    remedyOf: agentRemedy,
  },
  {
    title: 'Database of the server',
    about: 'The server does not start, or refuses what it was asked for.',
    errors: DATASTORE_ERRORS,
    remedyOf: lookUp(DATASTORE_REMEDIES),
  },
  {
    title: 'Looking after the database',
    about: 'Of the verbs of `db`.',
    errors: MAINTENANCE_ERRORS,
    remedyOf: lookUp(MAINTENANCE_REMEDIES),
  },
  {
    title: 'Client library',
    about: 'Of `@vouchsafe/client`.',
    errors: CLIENT_ERRORS,
    remedyOf: lookUp(CLIENT_REMEDIES),
  },
  {
    title: 'SPIFFE IDs, SVIDs, bundles and keys',
    about:
      'Of `@vouchsafe/pki`, and of all that reads them with it. A daemon refuses what it was sent and goes on.',
    errors: PKI_ERRORS,
    remedyOf: lookUp(PKI_REMEDIES),
  },
];

/** The page on errors. */
export function errorsPage(): string[] {
  return [
    '# Errors',
    'Every error of ours has a code that stays the same between releases; the text may change. The log has it as ' +
      '`error.code`, and what the libraries throw as `code`. The text goes on with the file, address or name concerned, and ' +
      'with what caused it.',
    ...TABLES.flatMap(({ title, about, errors, remedyOf }) => [
      `## ${title}`,
      about,
      table(
        ['Code', 'Meaning', 'What to do'],
        Object.entries(errors).map(([errorCode, text]) => [
          code(errorCode),
          prose(text),
          remedyOf(errorCode) ?? missing(errorCode),
        ]),
      ),
    ]),
  ];
}

function missing(errorCode: string): never {
  throw new Error(`nothing says what to do about ${errorCode}`);
}
