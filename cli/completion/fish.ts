import { quotable } from './places.ts';
import type { FlagValue, Place } from './places.ts';

/** For fish, with descriptions. */
export function fishScript(places: readonly Place[]): string {
  return `# Completion of vouchsafe for fish: vouchsafe completion fish | source
function __vouchsafe_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    switch "$at/$word"
      case ${places
        .slice(1)
        .map(({ path }) => path)
        .join(' ')}
        set at "$at/$word"
    end
  end
  test "$at" = "$argv[1]"
end
complete -c vouchsafe -f
${places.flatMap(linesOf).join('')}`;
}

function linesOf({ path, words, flags, takesFile }: Place): string[] {
  const start = `complete -c vouchsafe -n "__vouchsafe_at '${path}'"`;
  return [
    ...(takesFile ? [`${start} -F\n`] : []),
    ...words.map(({ name, description }) => `${start} -a ${name} -d '${quotable(description)}'\n`),
    ...flags.map(
      ({ name, description, value }) =>
        `${start} -l ${name.slice('--'.length)}${actionOf(value)} -d '${quotable(description)}'\n`,
    ),
  ];
}

function actionOf(value: FlagValue): string {
  switch (value.kind) {
    case 'none':
      return '';
    case 'any':
      return ' -x';
    case 'file':
      return ' -r -F';
    case 'directory':
      return " -x -a '(__fish_complete_directories)'";
    case 'words':
      return ` -x -a '${value.words.join(' ')}'`;
  }
}
