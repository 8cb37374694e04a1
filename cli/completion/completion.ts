import type { Invocation } from '../verb.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { listPlaces } from './places.ts';
import type { Place } from './places.ts';
import type { Shell } from './shell.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export function printCompletion(_flags: object, { terminal, command }: Invocation): Promise<void> {
  const [shell] = command.processedArgs as [Shell];
  terminal.stdout.write(SCRIPTS[shell](listPlaces(command.parent!)));
  return Promise.resolve();
}
