import { quotable } from './places.ts';
import type { FlagValue, Place } from './places.ts';

/** For zsh, with descriptions. */
export function zshScript(places: readonly Place[]): string {
  return `#compdef vouchsafe
# Completion of vouchsafe for zsh: source <(vouchsafe completion zsh)
_vouchsafe() {
  local at='' files='' word
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at/$word" in
      ${places
        .slice(1)
        .map(({ path }) => path)
        .join(' | ')}) at="$at/$word" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${places.flatMap(valueCases).join('')}  esac
  case "$at" in
${places.map(wordCase).join('')}  esac
  _describe -o 'vouchsafe' found
  if [[ -n $files ]]; then _files; fi
}
compdef _vouchsafe vouchsafe
`;
}

function valueCases({ path, flags }: Place): string[] {
  return flags.flatMap(({ name, value }) => {
    const action = actionOf(value);
    return action === undefined ? [] : [`    '${path} ${name}') ${action}return ;;\n`];
  });
}

function actionOf(value: FlagValue): string | undefined {
  switch (value.kind) {
    case 'none':
      return undefined;
    case 'any':
      return '';
    case 'file':
      return '_files; ';
    case 'directory':
      return '_files -/; ';
    case 'words':
      return `compadd -- ${value.words.join(' ')}; `;
  }
}

/** A colon parts a word from its description. */
function wordCase({ path, words, flags, takesFile }: Place): string {
  const items = [...words, ...flags].map(
    ({ name, description }) => `'${name}:${quotable(description)}'`,
  );
  return `    '${path}') found=(${items.join(' ')})${takesFile ? ' files=1' : ''} ;;\n`;
}
