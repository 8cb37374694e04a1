"""A workload written with py-spiffe: prints what it gets from the Workload API at SPIFFE_ENDPOINT_SOCKET, as JSON.

With an argument, the audience of a JWT-SVID, it uses sources, which wait for an identity. Without one it asks once,
and prints why it was refused.
"""

import json
import sys

from spiffe import JwtSource, WorkloadApiClient, X509Source
from spiffe.svid.jwt_svid import JwtSvid
from spiffe.workloadapi.errors import FetchX509SvidError

TIMEOUT_SECONDS = 20


def x509() -> dict[str, object]:
    with X509Source(timeout_in_seconds=TIMEOUT_SECONDS) as source:
        svid = source.svid
        bundle = source.get_bundle_for_trust_domain(svid.spiffe_id.trust_domain)
        return {
            "spiffe_id": str(svid.spiffe_id),
            "trust_domain": str(bundle.trust_domain),
            "authorities": len(bundle.x509_authorities),
        }


def jwt(audience: str) -> dict[str, object]:
    """The JWT-SVID as this side verifies it, and as the agent does."""
    with JwtSource(timeout_in_seconds=TIMEOUT_SECONDS) as source:
        fetched = source.fetch_svid(audience={audience})
        bundle = source.get_bundle_for_trust_domain(fetched.spiffe_id.trust_domain)
    verified = JwtSvid.parse_and_validate(fetched.token, bundle, {audience})
    with WorkloadApiClient() as client:
        validated = client.validate_jwt_svid(fetched.token, audience)
    return {
        "spiffe_id": str(verified.spiffe_id),
        "validated": str(validated.spiffe_id),
        "audience": sorted(verified.audience),
        "authorities": len(bundle.jwt_authorities),
    }


def bundles() -> dict[str, object]:
    with WorkloadApiClient() as client:
        x509_bundles = client.fetch_x509_bundles().bundles
        jwt_bundles = client.fetch_jwt_bundles().bundles
    return {
        "x509": sorted(str(bundle.trust_domain) for bundle in x509_bundles),
        "jwt": sorted(str(bundle.trust_domain) for bundle in jwt_bundles),
    }


def refusal() -> dict[str, object]:
    with WorkloadApiClient() as client:
        try:
            return {"granted": str(client.fetch_x509_svid(timeout=TIMEOUT_SECONDS).spiffe_id)}
        except FetchX509SvidError as error:
            return {"refused": str(error)}


def main(arguments: list[str]) -> None:
    if not arguments:
        print(json.dumps(refusal()))
        return
    print(json.dumps({"x509": x509(), "jwt": jwt(arguments[0]), "bundles": bundles()}))


if __name__ == "__main__":
    main(sys.argv[1:])
