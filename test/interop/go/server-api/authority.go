package main

import (
	"context"
	"crypto/x509"
	"encoding/hex"
	"strings"

	bundlev1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/bundle/v1"
	localauthorityv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/localauthority/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

type authorityState = localauthorityv1.AuthorityState

// verbs are those of one kind of authority, which go the same way.
type verbs struct {
	kind                    string
	state                   func(ctx context.Context) (active, prepared, old *authorityState, err error)
	prepare                 func(ctx context.Context) (*authorityState, error)
	activate, taint, revoke func(ctx context.Context, id string) (*authorityState, error)
	inBundle                func(bundle *types.Bundle) map[string]bool
}

func checkAuthorities(s *suite) {
	client := localauthorityv1.NewLocalAuthorityClient(s.local)
	checkVerbs(s, verbs{
		kind: "JWT",
		state: func(ctx context.Context) (*authorityState, *authorityState, *authorityState, error) {
			answer, err := client.GetJWTAuthorityState(ctx, &localauthorityv1.GetJWTAuthorityStateRequest{})
			return answer.GetActive(), answer.GetPrepared(), answer.GetOld(), err
		},
		prepare: func(ctx context.Context) (*authorityState, error) {
			answer, err := client.PrepareJWTAuthority(ctx, &localauthorityv1.PrepareJWTAuthorityRequest{})
			return answer.GetPreparedAuthority(), err
		},
		activate: func(ctx context.Context, id string) (*authorityState, error) {
			answer, err := client.ActivateJWTAuthority(ctx, &localauthorityv1.ActivateJWTAuthorityRequest{AuthorityId: id})
			return answer.GetActivatedAuthority(), err
		},
		taint: func(ctx context.Context, id string) (*authorityState, error) {
			answer, err := client.TaintJWTAuthority(ctx, &localauthorityv1.TaintJWTAuthorityRequest{AuthorityId: id})
			return answer.GetTaintedAuthority(), err
		},
		revoke: func(ctx context.Context, id string) (*authorityState, error) {
			answer, err := client.RevokeJWTAuthority(ctx, &localauthorityv1.RevokeJWTAuthorityRequest{AuthorityId: id})
			return answer.GetRevokedAuthority(), err
		},
		inBundle: func(bundle *types.Bundle) map[string]bool {
			ids := map[string]bool{}
			for _, authority := range bundle.JwtAuthorities {
				ids[authority.KeyId] = true
			}
			return ids
		},
	})
	checkVerbs(s, verbs{
		kind: "X509",
		state: func(ctx context.Context) (*authorityState, *authorityState, *authorityState, error) {
			answer, err := client.GetX509AuthorityState(ctx, &localauthorityv1.GetX509AuthorityStateRequest{})
			return answer.GetActive(), answer.GetPrepared(), answer.GetOld(), err
		},
		prepare: func(ctx context.Context) (*authorityState, error) {
			answer, err := client.PrepareX509Authority(ctx, &localauthorityv1.PrepareX509AuthorityRequest{})
			return answer.GetPreparedAuthority(), err
		},
		activate: func(ctx context.Context, id string) (*authorityState, error) {
			answer, err := client.ActivateX509Authority(ctx, &localauthorityv1.ActivateX509AuthorityRequest{AuthorityId: id})
			return answer.GetActivatedAuthority(), err
		},
		taint: func(ctx context.Context, id string) (*authorityState, error) {
			answer, err := client.TaintX509Authority(ctx, &localauthorityv1.TaintX509AuthorityRequest{AuthorityId: id})
			return answer.GetTaintedAuthority(), err
		},
		revoke: func(ctx context.Context, id string) (*authorityState, error) {
			answer, err := client.RevokeX509Authority(ctx, &localauthorityv1.RevokeX509AuthorityRequest{AuthorityId: id})
			return answer.GetRevokedAuthority(), err
		},
		inBundle: func(bundle *types.Bundle) map[string]bool {
			ids := map[string]bool{}
			for _, authority := range bundle.X509Authorities {
				if certificate, err := x509.ParseCertificate(authority.Asn1); err == nil {
					ids[hex.EncodeToString(certificate.SubjectKeyId)] = true
				}
			}
			return ids
		},
	})
	upstream := "upstream authority is not configured"
	s.check("LocalAuthority/TaintX509UpstreamAuthority", "AUTHORITY-UPSTREAM-01 there is none above this one", func(t *checking) {
		_, err := client.TaintX509UpstreamAuthority(t.ctx, &localauthorityv1.TaintX509UpstreamAuthorityRequest{SubjectKeyId: "ab"})
		t.refused(err, codes.FailedPrecondition, upstream)
	})
	s.check("LocalAuthority/RevokeX509UpstreamAuthority", "AUTHORITY-UPSTREAM-01 there is none above this one", func(t *checking) {
		_, err := client.RevokeX509UpstreamAuthority(t.ctx, &localauthorityv1.RevokeX509UpstreamAuthorityRequest{SubjectKeyId: "ab"})
		t.refused(err, codes.FailedPrecondition, upstream)
	})
	for _, rpc := range serverRPCs() {
		if strings.HasPrefix(rpc.short, "LocalAuthority/") && strings.Contains(rpc.short, "WIT") {
			s.check(rpc.short, "AUTHORITY-WIT-01 is not implemented", func(t *checking) {
				t.equal(status.Code(s.tryEmpty(s.local, rpc)), codes.Unimplemented)
			})
		}
	}
}

// checkVerbs takes an authority through its life: prepared, active, old, tainted, revoked.
func checkVerbs(s *suite, verbs verbs) {
	of := func(verb string) string { return "LocalAuthority/" + verb + verbs.kind + "Authority" }
	bundle := func(t *checking) map[string]bool {
		return verbs.inBundle(get[*types.Bundle](t)(bundlev1.NewBundleClient(s.local).GetBundle(t.ctx, &bundlev1.GetBundleRequest{})))
	}
	var first, second *authorityState
	s.check(of("Get")+"State", "AUTHORITY-STATE-01 the active one is in the bundle", func(t *checking) {
		active, _, _, err := verbs.state(t.ctx)
		t.must(err)
		t.that(bundle(t)[active.AuthorityId], active.AuthorityId+" is not in the bundle")
		t.that(active.ExpiresAt > 0, "it never ends")
		first = active
	})
	s.check(of("Prepare"), "AUTHORITY-PREPARE-01 the prepared one is in the bundle before it signs", func(t *checking) {
		made, err := verbs.prepare(t.ctx)
		t.must(err)
		_, prepared, _, err := verbs.state(t.ctx)
		t.must(err)
		t.equal(prepared, made)
		t.that(bundle(t)[made.AuthorityId], made.AuthorityId+" is not in the bundle")
		second = made
	})
	s.check(of("Taint"), "AUTHORITY-TAINT-01 refuses what is not old", func(t *checking) {
		refused := func(id, prefix string) {
			_, err := verbs.taint(t.ctx, id)
			t.that(status.Code(err) != codes.OK, "it is tainted")
			t.that(strings.Contains(status.Convert(err).Message(), prefix), "got "+status.Convert(err).Message())
		}
		refused("", "no authority ID provided")
		refused(first.GetAuthorityId(), "unable to taint current local authority")
		refused("absent", "unexpected authority ID")
		refused(second.GetAuthorityId(), "only Old local authorities can be tainted")
	})
	s.check(of("Activate"), "AUTHORITY-ACTIVATE-01 the prepared one becomes active, and the active one old", func(t *checking) {
		_, err := verbs.activate(t.ctx, "")
		t.refused(err, codes.InvalidArgument, "no authority ID provided")
		_, err = verbs.activate(t.ctx, "absent")
		t.that(strings.Contains(status.Convert(err).Message(), "unexpected authority ID"), "got "+status.Convert(err).Message())
		activated, err := verbs.activate(t.ctx, second.GetAuthorityId())
		t.must(err)
		t.equal(activated.AuthorityId, second.GetAuthorityId())
		active, prepared, old, err := verbs.state(t.ctx)
		t.must(err)
		t.equal(active.GetAuthorityId(), second.GetAuthorityId())
		t.equal(old.GetAuthorityId(), first.GetAuthorityId())
		t.that(prepared == nil, "one is still prepared")
	})
	s.check(of("Revoke"), "AUTHORITY-REVOKE-01 refuses no ID, and the active one", func(t *checking) {
		_, err := verbs.revoke(t.ctx, "")
		t.equal(status.Code(err), codes.InvalidArgument)
		_, err = verbs.revoke(t.ctx, second.GetAuthorityId())
		t.that(err != nil, "the active one is revoked")
	})
	s.check(of("Taint"), "AUTHORITY-TAINT-01 taints the old one", func(t *checking) {
		tainted, err := verbs.taint(t.ctx, first.GetAuthorityId())
		t.must(err)
		t.equal(tainted.AuthorityId, first.GetAuthorityId())
	})
	s.check(of("Revoke"), "AUTHORITY-REVOKE-01 takes the old one from the bundle", func(t *checking) {
		revoked, err := verbs.revoke(t.ctx, first.GetAuthorityId())
		t.must(err)
		t.equal(revoked.AuthorityId, first.GetAuthorityId())
		t.that(!bundle(t)[first.GetAuthorityId()], "it is still there")
	})
}
