import { domainToASCII } from 'node:url';

const MAX_LENGTH = 253;
const LABEL = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** Why a name cannot stand in an X509-SVID; undefined when it can. One `*.` may lead it. */
export function dnsNameProblem(name: string): string | undefined {
  const shown = JSON.stringify(name.slice(0, MAX_LENGTH));
  if (name === '') return 'DNS name is empty';
  if (name.length > MAX_LENGTH) return `DNS name is too long: ${shown}`;
  const labels = (name.startsWith('*.') ? name.slice(2) : name).split('.');
  if (labels.some((label) => label.includes('*'))) {
    return `DNS name may have a wildcard only as its first label: ${shown}`;
  }
  if (!labels.every((label) => LABEL.test(label))) return `DNS name is malformed: ${shown}`;
  const isIdna = labels.every((label) => !/^xn--/i.test(label) || domainToASCII(label) !== '');
  return isIdna ? undefined : `DNS name is not valid IDNA: ${shown}`;
}

/** A wildcard among the names that covers another of them. */
export function findCoveringWildcard(names: readonly string[]): string | undefined {
  return names.find(
    (wildcard) =>
      wildcard.startsWith('*.') &&
      names.some(
        (name) => !name.startsWith('*.') && name.slice(name.indexOf('.')) === wildcard.slice(1),
      ),
  );
}
