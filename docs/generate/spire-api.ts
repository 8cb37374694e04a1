import { ACCESS } from '../../server/api/access.ts';
import type { Access, Right } from '../../server/api/access.ts';
import { judgeApiRows } from './api-rows.ts';
import type { ApiService, JudgedApiRow } from './api-rows.ts';
import { evidenceLines } from './conformance.ts';
import { table } from './markdown.ts';

const INTRODUCTION = `
What the server answers of SPIRE's server API (\`spire.api.server\`, and \`grpc.health.v1\`), to whom, and the tests that
show it. SPIRE's own client makes the checks below \`interop/go\`: it calls every method as every kind of caller.`;

const CALLERS = `
A caller is **local** on the admin socket. On the TCP port it is an **admin** if its X509-SVID is of an entry that says so,
an **agent** if it shows the X509-SVID that it was attested or renewed with, a **downstream** server if its X509-SVID is of an
entry that says so, and otherwise one of **anybody**, with or
without a certificate. Debug, Logger and Health are on the admin socket alone. Who has no right gets PERMISSION_DENIED; agents
read the reason in its details. Audited calls leave a line in the log.`;

const OWN = `
Of the services that SPIRE does not have (\`vouchsafe.server\`):`;

/** Every kind of caller that SPIRE knows, the most general first. */
const KINDS: readonly Right[] = ['any', 'local', 'admin', 'agent', 'downstream'];

const kindName = (right: Right): string =>
  right === 'any' ? 'Anybody' : `${right.charAt(0).toUpperCase()}${right.slice(1)}`;

/** The page on SPIRE's server API. @throws Error as judgeApiRows, or if a method that is there has no rule */
export function spireApiPage(root: string): string[] {
  const services = judgeApiRows(root);
  const methods = accessByMethod((full) => !isOwn(full));
  checkMethods(services, methods);
  const own = [...accessByMethod(isOwn)];
  return [
    "# SPIRE's server API",
    INTRODUCTION,
    '## Who may call what',
    CALLERS,
    table(
      ['Method', ...KINDS.map(kindName), 'Audited', ''],
      services.flatMap((service) => accessRows(service, methods)),
    ),
    OWN,
    table(
      ['Method', ...KINDS.map(kindName), 'Audited', ''],
      own.map(([method, access]) => accessCells(method, access)),
    ),
    ...services.flatMap(({ service, rows }) => [
      `## ${service}`,
      table(['Row', 'Methods', 'Rule', 'Shown by'], rows.map(rowCells)),
    ]),
  ];
}

const isOwn = (full: string): boolean => full.startsWith('/vouchsafe.');

/** By the service and the method, such as `Agent/GetAgent`. */
function accessByMethod(among: (full: string) => boolean): ReadonlyMap<string, Access> {
  const entries = Object.entries(ACCESS).filter(([full]) => among(full));
  return new Map(entries.map(([full, access]) => [full.slice(full.lastIndexOf('.') + 1), access]));
}

function checkMethods(services: readonly ApiService[], methods: ReadonlyMap<string, Access>): void {
  const ruled = new Set(services.flatMap(methodsOf));
  for (const method of methods.keys()) {
    if (!ruled.has(method))
      throw new Error(`test/conformance/spire-api-rows.json: no rule for ${method}`);
  }
}

function methodsOf({ service, rows }: ApiService): string[] {
  const names = new Set(rows.flatMap(({ methods }) => methods));
  return [...names].map((name) => `${service}/${name}`);
}

function accessRows(service: ApiService, methods: ReadonlyMap<string, Access>): string[][] {
  return methodsOf(service).map((method) => {
    const access = methods.get(method);
    const isMissing = service.rows
      .filter((row) => row.methods.some((name) => method === `${service.service}/${name}`))
      .every(({ notYet }) => notYet !== undefined);
    if (isMissing || access === undefined) {
      return [`\`${method}\``, ...KINDS.map(() => ''), '', '**not yet**'];
    }
    return accessCells(method, access);
  });
}

function accessCells(method: string, access: Access): string[] {
  const may = (right: Right): string =>
    access.allow.includes('any') || access.allow.includes(right) ? 'yes' : '';
  return [`\`${method}\``, ...KINDS.map(may), access.audit ? 'yes' : '', ''];
}

function rowCells({ id, methods, rule, notYet, evidence }: JudgedApiRow): string[] {
  const remark = notYet === undefined ? [] : [`**not yet**: ${notYet}`];
  const names = methods.map((name) => `\`${name}\``).join(', ');
  return [id, names, rule, [...remark, ...evidenceLines(evidence)].join('<br>')];
}
