import type { FlagValue, Place } from './places.ts';

/** For bash: functions of it alone, so that nothing else need be installed. */
export function bashScript(places: readonly Place[]): string {
  return `# Completion of vouchsafe for bash: source <(vouchsafe completion bash)
_vouchsafe() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at='' words='' files='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at/\${COMP_WORDS[i]}" in
      ${places
        .slice(1)
        .map(({ path }) => path)
        .join(' | ')}) at="$at/\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $prev" in
${places.flatMap(valueCases).join('')}  esac
  case "$at" in
${places.map(wordCase).join('')}  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [[ -n $files ]]; then COMPREPLY+=($(compgen -f -- "$cur")); fi
}
complete -F _vouchsafe vouchsafe
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
      return 'COMPREPLY=($(compgen -f -- "$cur")); ';
    case 'directory':
      return 'COMPREPLY=($(compgen -d -- "$cur")); ';
    case 'words':
      return `COMPREPLY=($(compgen -W '${value.words.join(' ')}' -- "$cur")); `;
  }
}

function wordCase({ path, words, flags, takesFile }: Place): string {
  const names = [...words, ...flags].map(({ name }) => name);
  return `    '${path}') words='${names.join(' ')}'${takesFile ? ' files=1' : ''} ;;\n`;
}
