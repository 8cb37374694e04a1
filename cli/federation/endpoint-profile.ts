import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { FederationRelationship } from '@vouchsafe/proto/gen/spire/api/types/FederationRelationship';
import { CliError } from '../errors.ts';

/** How a bundle endpoint can prove itself. */
export const ENDPOINT_PROFILES = ['https_web', 'https_spiffe'] as const;

export type EndpointProfile = (typeof ENDPOINT_PROFILES)[number];

/** The profile as a server takes it. @throws CliError CLI_USAGE when it and the SPIFFE ID do not belong together */
export function encodeProfile(
  profile: EndpointProfile,
  endpointSpiffeId: SpiffeId | undefined,
): Pick<FederationRelationship, 'https_web' | 'https_spiffe'> {
  if (profile === 'https_web') {
    if (endpointSpiffeId === undefined) return { https_web: {} };
    throw new CliError('CLI_USAGE', '--endpoint-spiffe-id belongs to --profile https_spiffe');
  }
  if (endpointSpiffeId === undefined) {
    throw new CliError('CLI_USAGE', '--profile https_spiffe needs --endpoint-spiffe-id');
  }
  return { https_spiffe: { endpoint_spiffe_id: endpointSpiffeId.toString() } };
}
