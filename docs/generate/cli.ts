import type { Argument, Command, Option } from 'commander';
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE } from '../../cli/errors.ts';
import { createProgram } from '../../cli/program.ts';
import type { Output, Terminal } from '../../cli/terminal.ts';
import { flagDefaults } from './config.ts';
import { REQUIRED, code, prose, sentence, table } from './markdown.ts';

const EXIT_CODES: readonly (readonly [exitCode: number, meaning: string])[] = [
  [EXIT_OK, 'Done. A daemon was told to stop and has stopped, or help was asked for.'],
  [
    EXIT_FAILED,
    'Failed: the last lines of standard error say why. A daemon that was told twice to stop does not stop in order.',
  ],
  [EXIT_USAGE, 'Not understood: the command, a flag, or the configuration that flags make up.'],
];

/** The page on the command line. */
export function cliPage(): string[] {
  const program = createProgram(terminalFor(() => undefined));
  const commands = leavesOf(program);
  return [
    '# Command line',
    '`vouchsafe help` says the same in a terminal, and `vouchsafe completion` makes a shell know it. Answers are on standard ' +
      'output, everything else on standard error. `-h` and `--help` work everywhere. Where nothing says which socket, it is the ' +
      'one of this user’s daemon, or else that of root.',
    table(
      ['Command', ''],
      commands.map(({ path, command }) => [
        `[${code(path)}](#${anchorOf(path)})`,
        prose(command.description()),
      ]),
    ),
    '## Exit codes',
    table(
      ['Code', 'Meaning'],
      EXIT_CODES.map(([exitCode, meaning]) => [String(exitCode), meaning]),
    ),
    'The codes of errors are in [errors](errors.md).',
    ...commands.flatMap(commandSection),
  ];
}

const DAEMONS = ['server', 'agent'] as const;

interface Leaf {
  /** All its words. */
  readonly path: string;
  readonly command: Command;
}

function leavesOf(command: Command, above = ''): Leaf[] {
  const path = `${above} ${command.name()}`.trim();
  if (command.commands.length === 0) return [{ path, command }];
  return command.commands.flatMap((each) => leavesOf(each, path));
}

const anchorOf = (path: string): string => path.replaceAll(' ', '-');

function commandSection({ path, command }: Leaf): string[] {
  const more = textBehindHelp(command);
  return [
    `## ${path}`,
    prose(sentence(command.description())),
    `\`\`\`\n${usageOf(path, command)}\n\`\`\``,
    ...(command.registeredArguments.length === 0
      ? []
      : [table(['Argument', 'Values', 'Meaning'], command.registeredArguments.map(argumentCells))]),
    ...flagBlocks(command),
    ...(more === '' ? [] : [`\`\`\`\n${more}\n\`\`\``]),
  ];
}

function flagBlocks(command: Command): string[] {
  const options = command.options.filter(({ hidden }) => !hidden);
  if (options.length === 0) return [];
  const head = ['Flag', 'Default', 'Meaning'];
  const daemon = DAEMONS.find((name) => name === command.parent?.name());
  if (daemon === undefined || !options.some(({ long }) => long === '--config'))
    return [
      table(
        head,
        options.map((option) => optionCells(option)),
      ),
    ];
  const run = command.parent!.commands.find((each) => each.name() === 'run')!;
  if (command !== run && namesOf(command) === namesOf(run))
    return [`It takes the flags of \`vouchsafe ${daemon} run\`.`];
  const defaults = flagDefaults(daemon);
  return [
    table(
      head,
      options.map((option) => optionCells(option, defaults.get(option.flags))),
    ),
    `Each flag but the first stands for [a key of the configuration](config-${daemon}.md), which says more.`,
  ];
}

const namesOf = ({ options }: Command): string => options.map(({ flags }) => flags).join();

function usageOf(path: string, command: Command): string {
  const names = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [path, ...(command.options.length === 0 ? [] : ['[options]']), ...names].join(' ');
}

function argumentCells(argument: Argument): string[] {
  const values = (argument.argChoices ?? []).map(code).join(', ');
  return [code(argument.name()), values, prose(argument.description)];
}

/** In the text of a flag, for help in a terminal. */
const REMARK = / \((?:(required)|default: ([^()]*))\)$/;

function optionCells(option: Option, keyDefault = ''): string[] {
  const { flags, description, argChoices, defaultValueDescription } = option;
  const [, required, value = defaultValueDescription] = REMARK.exec(description) ?? [];
  const choices = argChoices === undefined ? '' : ` (${argChoices.map(code).join(', ')})`;
  return [
    code(flags),
    required === undefined ? (value === undefined ? keyDefault : code(value)) : REQUIRED,
    prose(description.replace(REMARK, '')) + choices,
  ];
}

/** What a command’s help says behind its flags. */
function textBehindHelp(command: Command): string {
  const written: string[] = [];
  const writeOut = (text: string): void => void written.push(text);
  command.configureOutput({ ...command.configureOutput(), writeOut }).outputHelp();
  const all = written.join('');
  return all.slice(command.helpInformation().length).trim();
}

/** No terminal: help is as wide as in a pipe, without colours. */
function terminalFor(write: (text: string) => void): Terminal {
  const output: Output = { write, isTerminal: false, hasColors: false, columns: undefined };
  const stdin = (async function* () {})();
  return { stdout: output, stderr: output, stdin, env: {}, uid: 0 };
}
