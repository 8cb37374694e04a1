import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import t from 'tap';
import { AGENT_CONFIG } from '../../agent/config.ts';
import { createProgram } from '../../cli/program.ts';
import { RequiredOption } from '../../cli/verb.ts';
import { entryFileSchema } from '../../cli/entry/file/schema.ts';
import { checkDocument, parseYaml } from '../../runtime/checked-document.ts';
import { readConfig } from '../../runtime/config-reader.ts';
import { SERVER_CONFIG } from '../../server/config.ts';
import {
  anchorsOf,
  codeOf,
  commandLinesOf,
  fencesOf,
  linksOf,
  readDocuments,
  wordsOf,
} from '../support/markdown.ts';
import type { Document } from '../support/markdown.ts';
import { fakeTerminal } from '../support/run-cli.ts';
import { ROOT } from '../support/sources.ts';

const documents = readDocuments();

/** Links to files and headings that are not there. */
function deadLinks(document: Document, others: readonly Document[]): string[] {
  return linksOf(document).filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file, anchor] = link.split('#') as [string, string?];
    const path = file === '' ? document.path : join(document.path, '..', file);
    if (!existsSync(join(ROOT, path))) return true;
    const target = others.find((other) => other.path === path);
    return anchor !== undefined && !(target && anchorsOf(target).includes(anchor));
  });
}

/** Files that are spoken of and are not there; rooms of the daemons go without saying. */
function missingFiles(document: Document): string[] {
  const files = codeOf(document).filter((code) => /^[\w.-]+\/[\w./-]+\.\w+$/.test(code));
  const ours = files.filter(
    (file) => !/NNNN|^[a-z]+\.[a-z]/.test(file) && /\.(?:ts|md)$/.test(file),
  );
  return ours.filter(
    (file) => !['', 'agent', 'server'].some((room) => existsSync(join(ROOT, room, file))),
  );
}

/** Why a command line would not be understood. */
function misunderstood(words: readonly string[]): string | undefined {
  let command: Command = createProgram(fakeTerminal().terminal);
  const rest = [...words];
  for (;;) {
    const next = command.commands.find((each) => each.name() === rest[0]);
    if (!next) break;
    command = next;
    rest.shift();
  }
  if (command.commands.length > 0) return rest[0]?.startsWith('--version') ? undefined : 'no verb';
  return problemOf(command, rest);
}

function problemOf(command: Command, words: string[]): string | undefined {
  const [argument] = command.registeredArguments;
  try {
    const { operands, unknown } = command.parseOptions(words);
    if (unknown.length > 0) return `unknown ${unknown[0]!}`;
    if (operands.length > (argument?.variadic === true ? Infinity : argument ? 1 : 0)) {
      return `too many words: ${operands.join(' ')}`;
    }
  } catch (error) {
    return (error as Error).message;
  }
  const missing = command.options.find(
    (option) =>
      option instanceof RequiredOption &&
      command.getOptionValue(option.attributeName()) === undefined,
  );
  return missing && `missing ${missing.flags}`;
}

t.test('links lead somewhere', (t) => {
  const broken = {
    path: 'docs/troubleshooting.md',
    text: '# A `b` (c)\n[a](../README.md) [b](y.md) [c](#a-b-c) [d](#e) [f](../README.md#g) `[g](h)`',
  };
  t.strictSame(deadLinks(broken, [broken, ...documents]), ['y.md', '#e', '../README.md#g']);
  for (const document of documents) t.strictSame(deadLinks(document, documents), [], document.path);
  t.end();
});

t.test('files that are spoken of exist', (t) => {
  const text = 'In `agent/agent.ts`, `ca/rotator.ts`, `ca/rotor.ts`, not `etc/x.yaml` or `x.y.z`.';
  t.strictSame(missingFiles({ path: 'X.md', text }), ['ca/rotor.ts']);
  for (const document of documents) t.strictSame(missingFiles(document), [], document.path);
  t.end();
});

t.test('words of a command line', (t) => {
  const line = `echo a | sudo vouchsafe x --y "b c"d --z $(id -u) > e && bin/vouchsafe f # g`;
  t.strictSame(wordsOf(line, 'vouchsafe'), [['x', '--y', 'b cd', '--z', '1'], ['f']]);
  const session = { language: 'console', text: '$ a \\\n    b\nc\n' };
  t.strictSame(commandLinesOf(session), ['a b']);
  t.end();
});

t.test('command lines are understood', (t) => {
  const wrong: readonly [string, RegExp][] = [
    ['entry make', /no verb/],
    ['entry delete --entry x', /unknown --entry/],
    ['token generate --ttl soon', /soon/],
    ['entry delete', /missing --entry-id/],
    ['bundle show pem', /too many words/],
  ];
  for (const [line, problem] of wrong) t.match(misunderstood(line.split(' ')), problem, line);

  const lines = documents.flatMap(({ path, ...rest }) => {
    const typed = fencesOf({ path, ...rest }).flatMap(commandLinesOf);
    return typed.map((line) => ({ path, line }));
  });
  const commands = lines.flatMap(({ path, line }) =>
    wordsOf(line, 'vouchsafe').map((words) => ({ name: `${path}: ${line}`, words })),
  );
  t.ok(commands.length > 20, 'there are some');
  for (const { name, words } of commands) t.equal(misunderstood(words), undefined, name);
  t.end();
});

t.test('commands that are spoken of exist', (t) => {
  for (const document of documents) {
    const spoken = codeOf(document).filter((code) => /^vouchsafe [a-z]+/.test(code));
    for (const code of spoken.filter((code) => !code.includes('<'))) {
      const problem = misunderstood(wordsOf(code, 'vouchsafe')[0]!);
      t.ok(problem === undefined || problem.startsWith('missing'), `${code}: ${problem}`);
    }
  }
  t.end();
});

t.test('sample configurations are valid', async (t) => {
  const schemas = { 'server.yaml': SERVER_CONFIG, 'agent.yaml': AGENT_CONFIG };
  const directory = t.testdir();
  const file = join(directory, 'sample.yaml');
  const samples = documents.flatMap((document) => fencesOf(document));
  let count = 0;
  for (const { text } of samples.filter(({ language }) => language === 'yaml')) {
    const name = /^# (\S+)\n/.exec(text)?.[1] as keyof typeof schemas | 'entries.yaml';
    if (name === 'entries.yaml') {
      const { values } = parseYaml(text);
      t.doesNotThrow(() => checkDocument(entryFileSchema, { values }));
      count++;
      continue;
    }
    writeFileSync(file, text);
    await t.resolves(readConfig(schemas[name], { file, flags: {} }), name);
    writeFileSync(file, `${text}\nno_such_key: 1\n`);
    await t.rejects(readConfig(schemas[name], { file, flags: {} }), { code: 'CONFIG_INVALID' });
    count++;
  }
  t.ok(count >= 2);
});
