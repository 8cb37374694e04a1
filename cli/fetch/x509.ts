import { toProtoJson } from '@vouchsafe/proto/json';
import type { X509SVIDResponse__Output } from '@vouchsafe/proto/gen/X509SVIDResponse';
import { Connection } from '../connect.ts';
import { showTime } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat, Table } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { workloadTarget } from '../workload-target.ts';
import { explainDenial } from './denial.ts';
import { firstMessage } from './first-message.ts';
import { watch } from './watch.ts';
import { writeX509Files } from './x509-files.ts';
import { parseX509Answer } from './x509-answer.ts';
import type { X509Answer } from './x509-answer.ts';

interface FetchX509Flags {
  readonly socket?: string;
  readonly write?: string;
  readonly watch?: boolean;
  readonly timeout: number;
  readonly output?: OutputFormat;
}

export async function fetchX509(flags: FetchX509Flags, { terminal }: Invocation): Promise<void> {
  const target = await workloadTarget(flags.socket, terminal);
  const show = async (response: X509SVIDResponse__Output): Promise<void> => {
    const answer = parseX509Answer(response);
    if (flags.write !== undefined) {
      const files = await writeX509Files(flags.write, answer);
      terminal.stderr.write(files.map((file) => `wrote ${file}\n`).join(''));
    }
    const json = toProtoJson('X509SVIDResponse', response);
    await print(terminal.stdout, { json, table: svidTable(answer) }, flags.output);
  };
  const stream = (connection: Connection, signal: AbortSignal) =>
    connection.stream('workloadApi', 'FetchX509SVID', { request: {}, signal });
  if (flags.watch === true) return watch({ target, terminal, stream, show });
  const connection = await Connection.open(target);
  try {
    await show(await firstMessage((signal) => stream(connection, signal), flags.timeout));
  } catch (error) {
    throw explainDenial(error, terminal);
  } finally {
    connection.close();
  }
}

function svidTable({ svids, federated }: X509Answer): Table {
  const federatesWith = federated.map(({ trustDomain }) => trustDomain.name).join(' ');
  return {
    columns: ['SPIFFE ID', 'HINT', 'VALID FROM', 'VALID UNTIL', 'FEDERATES WITH'],
    rows: svids.map(({ svid, hint }) => [
      svid.spiffeId.toString(),
      hint,
      showTime(svid.notBefore.getTime() / 1000),
      showTime(svid.notAfter.getTime() / 1000),
      federatesWith,
    ]),
  };
}
