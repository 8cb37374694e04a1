import { styleText } from 'node:util';

/** Where a command writes to. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  readonly hasColors: boolean;
  /** Characters a line has; undefined where there are no lines to fill. */
  readonly columns: number | undefined;
}

/** What a command has of the process that runs it. */
export interface Terminal {
  /** What was asked for, and nothing else. */
  readonly stdout: Output;
  /** All that is said about it. */
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Effective user ID. */
  readonly uid: number;
}

export function processTerminal(): Terminal {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    stdin: process.stdin,
    env: process.env,
    uid: process.geteuid!(),
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTerminal: isTerminal(stream),
    hasColors: isTerminal(stream) && stream.hasColors(),
    columns: isTerminal(stream) ? stream.columns : undefined,
  };
}

/** A pipe has no such property, whatever its type says. */
const isTerminal = (stream: NodeJS.WriteStream): boolean => 'isTTY' in stream && stream.isTTY;

type Style = Parameters<typeof styleText>[0];

/** The text in colour, where there are colours. */
export function styled(output: Output, style: Style, text: string): string {
  return output.hasColors ? styleText(style, text, { validateStream: false }) : text;
}

/** Control, format and line-breaking characters, with which a text of somebody else could take over the terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const UNPRINTABLE_BUT_LINES = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line of text that is safe to show. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** Lines of text that are safe to show. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE_BUT_LINES, escaped);
}

const escaped = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;
