import type { Invocation } from '../verb.ts';
import { bashScript } from './bash.ts';
import type { SHELLS } from './command.ts';
import { fishScript } from './fish.ts';
import { listPlaces } from './places.ts';
import type { Place } from './places.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export function printCompletion(_flags: object, { terminal, command }: Invocation): Promise<void> {
  const [shell] = command.processedArgs as [keyof typeof SCRIPTS];
  terminal.stdout.write(SCRIPTS[shell](listPlaces(command.parent!)));
  return Promise.resolve();
}
