import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { toProtoJson } from '@vouchsafe/proto/json';
import { checkDone } from '../batch-result.ts';
import { readBundleFile } from '../bundle/bundle-file.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import type { Invocation } from '../verb.ts';
import { encodeProfile } from './endpoint-profile.ts';
import type { EndpointProfile } from './endpoint-profile.ts';
import { relationshipTable } from './table.ts';

interface UpdateRelationshipFlags {
  readonly socket?: string;
  readonly trustDomain: TrustDomain;
  readonly endpointUrl?: string;
  readonly profile?: EndpointProfile;
  readonly endpointSpiffeId?: SpiffeId;
  readonly bundleFile?: string;
  readonly output?: OutputFormat;
}

/** Changes what the flags name. A server wants the whole of it to be valid, so the rest goes with it as it is. */
export async function updateRelationship(
  flags: UpdateRelationshipFlags,
  { terminal }: Invocation,
): Promise<void> {
  const { changes, input_mask } = await changesOf(flags, terminal);
  const trust_domain = flags.trustDomain.name;
  const response = await withConnection(
    await adminTarget(flags.socket, terminal),
    async (connection) => {
      const { https_web, https_spiffe, bundle_endpoint_url } = await connection.unary(
        'trustDomain',
        'GetFederationRelationship',
        { trust_domain },
      );
      const profile = https_spiffe ? { https_spiffe } : { https_web: https_web ?? null };
      const relationship = {
        ...{ trust_domain, bundle_endpoint_url },
        ...(!input_mask.bundle_endpoint_profile && profile),
        ...changes,
      };
      return connection.unary('trustDomain', 'BatchUpdateFederationRelationship', {
        federation_relationships: [relationship],
        input_mask,
      });
    },
  );
  const json = toProtoJson(
    'spire.api.server.trustdomain.v1.BatchUpdateFederationRelationshipResponse',
    response,
  );
  const made = response.results.flatMap((result) => result.federation_relationship ?? []);
  await print(terminal.stdout, { json, table: relationshipTable(made) }, flags.output);
  checkDone('change the federation', response.results);
}

async function changesOf(flags: UpdateRelationshipFlags, terminal: Terminal) {
  const { trustDomain, endpointUrl, profile, endpointSpiffeId, bundleFile } = flags;
  // An ID alone says which profile is meant.
  const wanted = profile ?? (endpointSpiffeId === undefined ? undefined : 'https_spiffe');
  const input_mask = {
    bundle_endpoint_url: endpointUrl !== undefined,
    bundle_endpoint_profile: wanted !== undefined,
    trust_domain_bundle: bundleFile !== undefined,
  };
  if (!Object.values(input_mask).includes(true)) {
    throw new CliError('CLI_USAGE', 'nothing to change: say what, such as --endpoint-url <URL>');
  }
  const changes = {
    ...(endpointUrl !== undefined && { bundle_endpoint_url: endpointUrl }),
    ...(wanted !== undefined && encodeProfile(wanted, endpointSpiffeId)),
    ...(bundleFile !== undefined && {
      trust_domain_bundle: await readBundleFile(bundleFile, trustDomain, terminal),
    }),
  };
  return { changes, input_mask };
}
