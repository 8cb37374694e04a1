import { AGENT_CONFIG } from '../../agent/config.ts';
import { AGENT_FLAGS, JOIN_TOKEN_VARIABLE } from '../../cli/agent/flags.ts';
import type { ConfigFlag } from '../../cli/daemon/config-flags.ts';
import { defaultDataDirectory, systemSocketPath } from '../../cli/default-paths.ts';
import type { DaemonName } from '../../cli/default-paths.ts';
import { SERVER_FLAGS } from '../../cli/server/flags.ts';
import { SERVER_CONFIG } from '../../server/config.ts';
import type { z } from 'zod';
import { readConfigKeys, readConfigRules } from './config-keys.ts';
import type { ConfigKey } from './config-keys.ts';
import { REQUIRED, code, prose, sentence, table } from './markdown.ts';

interface ConfigPage {
  readonly daemon: DaemonName;
  readonly schema: z.ZodObject;
  readonly flags: readonly ConfigFlag[];
  /** Variables of the environment, by key; a flag wins over them, they win over the file. */
  readonly variables: Readonly<Record<string, string>>;
  /** A page that says what to do with it. */
  readonly guide: string;
}

const PAGES: Readonly<Record<DaemonName, ConfigPage>> = {
  server: {
    daemon: 'server',
    schema: SERVER_CONFIG,
    flags: SERVER_FLAGS,
    variables: {},
    guide: '[Running a server](running-a-server.md)',
  },
  agent: {
    daemon: 'agent',
    schema: AGENT_CONFIG,
    flags: AGENT_FLAGS,
    variables: { join_token: JOIN_TOKEN_VARIABLE },
    guide: '[Running an agent](running-an-agent.md)',
  },
};

/** The page on the keys of a daemon. */
export function configPage(daemon: DaemonName): string[] {
  const page = PAGES[daemon];
  const { schema, guide } = page;
  const rules = readConfigRules(schema).map(
    ([key, rule]) =>
      `- ${code(key)} ${prose(sentence(rule)).replace(/^./, (c) => c.toLowerCase())}`,
  );
  return [
    `# Configuration of the ${daemon}`,
    `${guide} says what to do with it. The ${daemon} reads the YAML file behind \`--config\`; each flag wins over its key, ` +
      `and without a file flags are enough. A key that is not listed here, or is written twice, is refused. ` +
      `\`vouchsafe ${daemon} validate\` takes the same file and flags, and shows everything that is wrong with them.`,
    table(['Key', 'Type', 'Default', 'Flag', 'Meaning'], readConfigKeys(schema).map(rowOf(page))),
    ...(rules.length === 0 ? [] : ['Together:', rules.join('\n')]),
    WRITING,
    pathsOf(daemon),
  ];
}

const WRITING = `
A duration is a number of seconds (\`90\`) or a sum of parts (\`1h30m\`, \`45s\`, \`7d\`). An address is \`HOST:PORT\`,
\`[IPV6]:PORT\` or \`unix:/ABSOLUTE/PATH\`.`;

function pathsOf(daemon: DaemonName): string {
  return (
    `The paths above are those of root. For other users \`data_dir\` is \`vouchsafe/${daemon}\` in \`XDG_DATA_HOME\` or ` +
    `\`~/.local/share\`, and \`socket_path\` is the first of these in a directory of this user that nobody else can write to: ` +
    `\`vouchsafe/${daemon}/api.sock\` in \`XDG_RUNTIME_DIR\`, \`~/.local/share/vouchsafe/run/${daemon}/api.sock\`, and ` +
    `\`vouchsafe-UID/${daemon}/api.sock\` in \`TMPDIR\` or \`/tmp\`.`
  );
}

/** What a key is where it is not set, as one would write it; undefined if it must be set, or is nothing. */
function defaultValue(daemon: DaemonName, key: ConfigKey): string | undefined {
  const paths: Readonly<Record<string, string | undefined>> = {
    data_dir: defaultDataDirectory({ uid: 0, env: {} }, daemon),
    socket_path: systemSocketPath(daemon),
  };
  return key.default ?? paths[key.key];
}

/** The cell for the default of a key. */
function defaultCell(daemon: DaemonName, key: ConfigKey): string {
  const value = defaultValue(daemon, key);
  if (value !== undefined) return code(value);
  return key.isRequired ? REQUIRED : '';
}

/** For the flags of a daemon’s commands: the cells for the defaults of their keys, by flag. */
export function flagDefaults(daemon: DaemonName): ReadonlyMap<string, string> {
  const { schema, flags } = PAGES[daemon];
  const keys = readConfigKeys(schema);
  return new Map(
    flags.map((flag) => {
      const key = keys.find((each) => each.key === flag.key)!;
      // A switch says the opposite of the default, and nothing else.
      return [flag.flags, key.type === 'boolean' ? '' : defaultCell(daemon, key)];
    }),
  );
}

function rowOf({ daemon, flags, variables }: ConfigPage): (key: ConfigKey) => string[] {
  return (each) => {
    const { key, type, choices, meaning, rules } = each;
    const flag = flags.find((one) => one.key === key);
    const variable = variables[key];
    return [
      code(key),
      choices.length === 0 ? type : choices.map(code).join(', '),
      defaultCell(daemon, each),
      [
        ...(flag === undefined
          ? []
          : [code(flag.flags) + (flag.isList === true ? ', repeatable' : '')]),
        ...(variable === undefined ? [] : [`${code(variable)} in the environment`]),
      ].join(', or '),
      prose([meaning, ...rules].map(sentence).join(' ')),
    ];
  };
}
