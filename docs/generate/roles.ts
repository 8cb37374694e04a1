import { ACCESS } from '../../server/api/access.ts';
import type { Access } from '../../server/api/access.ts';
import { ROLES } from '../../server/roles/role.ts';
import type { Role } from '../../server/roles/role.ts';
import { table } from './markdown.ts';

const INTRODUCTION = `
Without \`roles\` in its configuration a server knows one kind of administrator, as SPIRE does: whoever can open the
administration socket, has an entry with \`admin\`, or is in \`admin_ids\`. With \`roles\`, people and services have what their
work takes, and no more.`;

const EXAMPLE = `
\`\`\`yaml
# server.yaml
trust_domain: example.org
data_dir: /var/lib/vouchsafe/server
socket_path: /run/vouchsafe/server/api.sock
roles:
  - role: registrar
    spiffe_ids: [spiffe://example.org/ci/payments]
    paths: [/payments]
    parents: [spiffe://example.org/node]
    dns_suffixes: [.payments.example.org]
  - role: operator
    groups: [root]
  - role: auditor
    users: [65534]
\`\`\``;

const WHO = `
\`users\` and \`groups\` are names of \`/etc/passwd\` and \`/etc/group\` as they are when the server starts, or numbers; they are
for the administration socket, where the kernel says who calls and which groups they are in. They also have to be able to open
it: give it a group that all of them are in. \`spiffe_ids\` are for \`bind_address\`, and may be of other trust domains whose bundle
is stored. Root and the user that the server runs as are always admins: they can read its keys.

- An **admin** may do everything.
- A **registrar** registers workloads whose SPIFFE ID is one of \`paths\` or below it, whose parent is one of \`parents\`, and whose
  DNS names all end with one of \`dns_suffixes\` (none, unless said). It changes and deletes entries that are like that, and stay so.
- An **operator** admits nodes (join tokens), bans them and evicts them.
- An **auditor** reads everything, and changes nothing.`;

const LIMITS = `
Rights do not grow. Neither a registrar nor an operator can give anything their own identity, an identity that has a role, or
one that another entry makes an admin or a downstream server: it would be theirs by selectors of their choosing. So a registrar
cannot touch the entry that makes it one.

A refusal says which role would do, and leaves a line in the log; audit lines have the \`roles\` by which a call was let in.

\`\`\`console
$ vouchsafe agent ban --spiffe-id spiffe://example.org/spire/agent/join_token/x
error: the call failed: the server answered PERMISSION_DENIED: authorization denied for method /spire.api.server.agent.v1.Agent/BanAgent: it takes the role admin, or operator
\`\`\`

An item of a batch that is outside of a registrar's scope is refused by itself:

\`\`\`console
$ vouchsafe entry create --spiffe-id spiffe://example.org/orders/api --parent-id spiffe://example.org/node --selector unix:uid:1000
error: not done: cannot create the entry: the server answered PERMISSION_DENIED: failed to create entry: the registrar role covers the paths /payments, and not spiffe://example.org/orders/api
\`\`\``;

/** The page on roles. */
export function rolesPage(): string[] {
  return [
    '# Who may administer what',
    INTRODUCTION,
    EXAMPLE,
    WHO,
    LIMITS,
    '## Which role may call what',
    'What agents and everybody may call is in [the server API](spire-api.md); what is not here is for no role.',
    table(
      ['Method', ...ROLES.map((role) => `${role.charAt(0).toUpperCase()}${role.slice(1)}`)],
      Object.entries(ACCESS)
        .filter(([, { allow }]) => allow.includes('local'))
        .map(([method, access]) => [shortName(method), ...ROLES.map((role) => may(role, access))]),
    ),
  ];
}

const shortName = (method: string): string => `\`${method.slice(method.lastIndexOf('.') + 1)}\``;

const may = (role: Role, { allow }: Access): string =>
  role === 'admin' || allow.includes(role) ? 'yes' : '';
