import { encodePem } from '@vouchsafe/pki/keys/pem';
import type { X509SVIDResponse__Output } from '@vouchsafe/proto/gen/X509SVIDResponse';
import { withConnection } from '../connect.ts';
import type { Target } from '../connect.ts';
import { parseX509Answer } from '../fetch/x509-answer.ts';
import { showTime } from '../messages.ts';
import { styled } from '../terminal.ts';
import type { Output } from '../terminal.ts';
import type { Place } from './place.ts';

const AUDIENCE = 'vouchsafe';

/** The first SVIDs in full, and what to do with them. */
export async function showFirstSvids(
  output: Output,
  response: X509SVIDResponse__Output,
  { place, target }: { readonly place: Place; readonly target: Target },
): Promise<void> {
  const { svids } = parseX509Answer(response);
  const { svid, authorities } = svids[0]!;
  const jwt = await withConnection(target, (connection) =>
    connection.unary('workloadApi', 'FetchJWTSVID', { audience: [AUDIENCE] }),
  );
  const heading = (text: string): string => `${styled(output, 'bold', text)}\n`;
  const until = showTime(svid.notAfter.getTime() / 1000);
  output.write(
    [
      heading(`X509-SVID of ${svid.spiffeId.toString()}, valid until ${until}`),
      svid.chainPem(),
      '\n',
      heading(`Trust bundle of ${place.trustDomain.name}`),
      ...authorities.map(({ raw }) => encodePem('CERTIFICATE', raw)),
      '\n',
      heading(`JWT-SVID for the audience ${AUDIENCE}`),
      `${jwt.svids[0]?.svid ?? ''}\n\n`,
      heading('Where everything is'),
      `  Workload API  unix:${place.workloadSocket}\n`,
      `  server        ${place.adminSocket}\n`,
      `  logs          ${place.fileOf('server.log')} ${place.fileOf('agent.log')}\n\n`,
      heading('Try in another terminal, while it runs'),
      ...commandsToTry(place).map((command) => `  ${command}\n`),
    ].join(''),
  );
}

function commandsToTry({
  workloadSocket,
  adminSocket,
  agentAdminSocket,
}: Place): readonly string[] {
  return [
    `vouchsafe fetch x509 --socket ${quoted(workloadSocket)} --write svids`,
    `vouchsafe fetch jwt --socket ${quoted(workloadSocket)} --audience my-service`,
    `vouchsafe entry show --socket ${quoted(adminSocket)}`,
    `vouchsafe entry why --pid $$ --agent-socket ${quoted(agentAdminSocket)}`,
  ];
}

/** As a POSIX shell takes it. */
function quoted(path: string): string {
  return /^[\w/.,:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** A renewal, in one line for each SVID. */
export function showRenewal(output: Output, response: X509SVIDResponse__Output): void {
  const { svids } = parseX509Answer(response);
  const lines = svids.map(({ svid, authorities }) => {
    const until = showTime(svid.notAfter.getTime() / 1000);
    const count = authorities.length;
    const bundle = `${count} ${count === 1 ? 'authority' : 'authorities'} in the trust bundle`;
    return `X509-SVID of ${svid.spiffeId.toString()}, valid until ${until}; ${bundle}\n`;
  });
  output.write(lines.join(''));
}
