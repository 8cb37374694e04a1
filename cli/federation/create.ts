import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { toProtoJson } from '@vouchsafe/proto/json';
import { checkDone } from '../batch-result.ts';
import { readBundleFile } from '../bundle/bundle-file.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { encodeProfile } from './endpoint-profile.ts';
import type { EndpointProfile } from './endpoint-profile.ts';
import { relationshipTable } from './table.ts';

interface CreateRelationshipFlags {
  readonly socket?: string;
  readonly trustDomain: TrustDomain;
  readonly endpointUrl: string;
  readonly profile: EndpointProfile;
  readonly endpointSpiffeId?: SpiffeId;
  readonly bundleFile?: string;
  readonly output?: OutputFormat;
}

export async function createRelationship(
  flags: CreateRelationshipFlags,
  { terminal }: Invocation,
): Promise<void> {
  const { trustDomain, bundleFile } = flags;
  const relationship = {
    trust_domain: trustDomain.name,
    bundle_endpoint_url: flags.endpointUrl,
    ...encodeProfile(flags.profile, flags.endpointSpiffeId),
    ...(bundleFile !== undefined && {
      trust_domain_bundle: await readBundleFile(bundleFile, trustDomain, terminal),
    }),
  };
  const response = await withConnection(await adminTarget(flags.socket, terminal), (connection) =>
    connection.unary('trustDomain', 'BatchCreateFederationRelationship', {
      federation_relationships: [relationship],
    }),
  );
  const json = toProtoJson(
    'spire.api.server.trustdomain.v1.BatchCreateFederationRelationshipResponse',
    response,
  );
  const made = response.results.flatMap((result) => result.federation_relationship ?? []);
  await print(terminal.stdout, { json, table: relationshipTable(made) }, flags.output);
  checkDone('federate', response.results);
  if (made.every(({ trust_domain_bundle }) => trust_domain_bundle === null)) {
    const fetch = `vouchsafe federation refresh --trust-domain ${trustDomain.name}`;
    terminal.stderr.write(`its bundle is not known yet: \`${fetch}\` fetches it\n`);
  }
}
