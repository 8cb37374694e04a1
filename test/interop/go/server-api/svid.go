package main

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	svidv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/svid/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// badCSR is one whose signature is of something else.
func badCSR(template *x509.CertificateRequest) []byte {
	csr := bytes.Clone(newCSR(newKey(), template))
	return append(csr[:len(csr)-1], csr[len(csr)-1]^1)
}

// claimsOf reads what a token says; nothing is verified.
func claimsOf(t *checking, token string) map[string]any {
	parts := strings.Split(token, ".")
	t.equal(len(parts), 3)
	var claims map[string]any
	t.must(json.Unmarshal(get[[]byte](t)(base64.RawURLEncoding.DecodeString(parts[1])), &claims))
	return claims
}

func (t *checking) lives(expiresAt int64, life time.Duration) {
	rest := time.Until(time.Unix(expiresAt, 0))
	t.that(rest > life-time.Minute && rest < life+time.Minute, "it ends in "+rest.String()+", and not in "+life.String())
}

func checkMinting(s *suite) {
	client := svidv1.NewSVIDClient(s.local)
	uri := func(text string) *url.URL {
		parsed, err := url.Parse(text)
		if err != nil {
			fail(err)
		}
		return parsed
	}
	good := uriOf(s.id("/minted"))
	s.check("SVID/MintX509SVID", "SVID-MINTX509-01 gives what the CSR asks for, in its name", func(t *checking) {
		csr := newCSR(newKey(), &x509.CertificateRequest{
			Subject:  pkix.Name{Organization: []string{"Acme"}},
			URIs:     []*url.URL{good},
			DNSNames: []string{"b.test", "a.test"},
		})
		svid := get[*svidv1.MintX509SVIDResponse](t)(client.MintX509SVID(t.ctx, &svidv1.MintX509SVIDRequest{Csr: csr, Ttl: 600})).Svid
		t.equal(svid.Id, s.id("/minted"))
		leaf := get[[]*x509.Certificate](t)(parseChain(svid.CertChain))[0]
		t.equal(leaf.DNSNames, []string{"b.test", "a.test"})
		t.equal(leaf.Subject.String(), "CN=b.test,O=Acme")
		t.equal(leaf.URIs[0].String(), good.String())
		t.that(!leaf.IsCA && leaf.KeyUsage&x509.KeyUsageCertSign == 0, "it can sign")
		t.equal(svid.ExpiresAt, leaf.NotAfter.Unix())
		t.lives(svid.ExpiresAt, 600*time.Second)
	})
	for _, each := range []struct {
		what    string
		csr     []byte
		message string
	}{
		{"no CSR", nil, "missing CSR"},
		{"what is no CSR", []byte("x"), "malformed CSR*"},
		{"a CSR of another key", badCSR(&x509.CertificateRequest{URIs: []*url.URL{good}}), "failed to verify CSR signature*"},
		{"no URI", newCSR(newKey(), &x509.CertificateRequest{}), "CSR URI SAN is required"},
		{"two URIs", newCSR(newKey(), &x509.CertificateRequest{URIs: []*url.URL{good, uriOf(s.id("/b"))}}), "only one URI SAN is expected"},
		{"another trust domain", newCSR(newKey(), &x509.CertificateRequest{URIs: []*url.URL{uri("spiffe://other.test/a")}}), "CSR URI SAN is invalid*"},
		{"an ID of the system", newCSR(newKey(), &x509.CertificateRequest{URIs: []*url.URL{uriOf(s.id("/spire/server"))}}), "CSR URI SAN is invalid*"},
		{"another scheme", newCSR(newKey(), &x509.CertificateRequest{URIs: []*url.URL{uri("https://" + s.trustDomain + "/a")}}), "CSR URI SAN is invalid*"},
		{"a DNS name that is none", newCSR(newKey(), &x509.CertificateRequest{URIs: []*url.URL{good}, DNSNames: []string{"a b"}}), "CSR DNS name is invalid*"},
		{"a wildcard over a name", newCSR(newKey(), &x509.CertificateRequest{URIs: []*url.URL{good}, DNSNames: []string{"*.a.test", "b.a.test"}}),
			"CSR DNS name contains a wildcard that covers another non-wildcard name"},
	} {
		s.check("SVID/MintX509SVID", "SVID-MINTX509-02 refuses "+each.what, func(t *checking) {
			_, err := client.MintX509SVID(t.ctx, &svidv1.MintX509SVIDRequest{Csr: each.csr})
			if prefix, cut := strings.CutSuffix(each.message, "*"); cut {
				t.refusedWith(err, codes.InvalidArgument, prefix)
			} else {
				t.refused(err, codes.InvalidArgument, each.message)
			}
		})
	}
	s.check("SVID/MintJWTSVID", "SVID-MINTJWT-01 gives a token for any workload", func(t *checking) {
		request := &svidv1.MintJWTSVIDRequest{Id: s.id("/minted"), Audience: []string{"one", "two"}, Ttl: 600}
		svid := get[*svidv1.MintJWTSVIDResponse](t)(client.MintJWTSVID(t.ctx, request)).Svid
		t.equal(svid.Id, s.id("/minted"))
		t.that(svid.IssuedAt > 0 && svid.IssuedAt <= time.Now().Unix(), "it is of the future")
		t.lives(svid.ExpiresAt, 600*time.Second)
		claims := claimsOf(t, svid.Token)
		t.equal(claims["sub"], good.String())
		t.equal(claims["aud"], []any{"one", "two"})
		t.equal(claims["exp"], float64(svid.ExpiresAt))
		t.equal(claims["jti"], nil)
	})
	s.check("SVID/MintJWTSVID", "SVID-MINTJWT-02 refuses what is no workload, and no audience", func(t *checking) {
		mint := func(id *types.SPIFFEID, audience ...string) error {
			return errorOf(client.MintJWTSVID(t.ctx, &svidv1.MintJWTSVIDRequest{Id: id, Audience: audience}))
		}
		for _, id := range []*types.SPIFFEID{nil, s.id(""), s.id("/spire/server"), {TrustDomain: "other.test", Path: "/a"}} {
			t.refusedWith(mint(id, "one"), codes.InvalidArgument, "invalid SPIFFE ID: ")
		}
		t.refused(mint(s.id("/a")), codes.InvalidArgument, "at least one audience is required")
	})
	s.check("SVID/MintWITSVID", "SVID-MINTWIT-01 is not implemented", func(t *checking) {
		t.equal(status.Code(errorOf(client.MintWITSVID(t.ctx, &svidv1.MintWITSVIDRequest{}))), codes.Unimplemented)
	})
	s.check("SVID/BatchNewWITSVID", "SVID-NEWWIT-01 is not implemented", func(t *checking) {
		_, err := svidv1.NewSVIDClient(s.agent).BatchNewWITSVID(t.ctx, &svidv1.BatchNewWITSVIDRequest{})
		t.equal(status.Code(err), codes.Unimplemented)
	})
	s.check("SVID/NewDownstreamX509CA", "SVID-DOWNSTREAM-01 gives an authority of its own", func(t *checking) {
		downstream := svidv1.NewSVIDClient(s.downstream)
		csr := newCSR(newKey(), &x509.CertificateRequest{URIs: []*url.URL{uriOf(s.id(""))}})
		request := &svidv1.NewDownstreamX509CARequest{Csr: csr, PreferredTtl: 600}
		answer := get[*svidv1.NewDownstreamX509CAResponse](t)(downstream.NewDownstreamX509CA(t.ctx, request))
		authority := get[[]*x509.Certificate](t)(parseChain(answer.CaCertChain))[0]
		t.that(authority.IsCA && authority.KeyUsage&x509.KeyUsageCertSign != 0, "it cannot sign")
		t.lives(authority.NotAfter.Unix(), 600*time.Second)
		roots := get[[]*x509.Certificate](t)(parseChain(answer.X509Authorities))
		t.that(len(roots) > 0, "there are no roots")
		t.refused(errorOf(downstream.NewDownstreamX509CA(t.ctx, &svidv1.NewDownstreamX509CARequest{})), codes.InvalidArgument, "missing CSR")
	})
}

func checkWorkloadSVIDs(s *suite) {
	client := svidv1.NewSVIDClient(s.agent)
	mine := s.entry("/workload", "1")
	mine.ParentId, mine.X509SvidTtl, mine.JwtSvidTtl, mine.DnsNames = s.agentID, 600, 120, []string{"b.test", "a.test"}
	mine.AdditionalAttributes = &types.Entry_AdditionalAttributes{JwtSvidIncludeJti: true}
	other := s.entry("/other", "1")
	s.check("Entry/BatchCreateEntry", "makes one of this agent, and one of another", func(t *checking) {
		results := s.create(t, mine, other)
		mine, other = results[0].Entry, results[1].Entry
	})
	// What it says of itself is of no account: the entry decides.
	csr := newCSR(newKey(), &x509.CertificateRequest{
		Subject:  pkix.Name{Organization: []string{"Acme"}},
		URIs:     []*url.URL{uriOf(s.id("/other"))},
		DNSNames: []string{"mallory.test"},
	})
	s.check("SVID/BatchNewX509SVID", "SVID-NEWX509-01..02 each has a result of its own, in order", func(t *checking) {
		params := []*svidv1.NewX509SVIDParams{
			{Csr: csr},
			{EntryId: mine.Id},
			{EntryId: "absent", Csr: csr},
			{EntryId: other.Id, Csr: csr},
			{EntryId: mine.Id, Csr: []byte("x")},
			{EntryId: mine.Id, Csr: badCSR(&x509.CertificateRequest{})},
			{EntryId: mine.Id, Csr: csr},
		}
		results := get[*svidv1.BatchNewX509SVIDResponse](t)(client.BatchNewX509SVID(t.ctx, &svidv1.BatchNewX509SVIDRequest{Params: params})).Results
		t.equal(len(results), len(params))
		t.item(results[0].Status, codes.InvalidArgument, "missing entry ID")
		t.item(results[1].Status, codes.InvalidArgument, "missing CSR")
		t.item(results[2].Status, codes.NotFound, "entry not found or not authorized")
		t.item(results[3].Status, codes.NotFound, "entry not found or not authorized")
		t.item(results[4].Status, codes.InvalidArgument, "malformed CSR*")
		t.item(results[5].Status, codes.InvalidArgument, "invalid CSR signature*")
		t.ok(results[6].Status)
		svid := results[6].Svid
		t.equal(svid.Id, s.id("/workload"))
		leaf := get[[]*x509.Certificate](t)(parseChain(svid.CertChain))[0]
		t.equal(leaf.URIs[0].String(), uriOf(s.id("/workload")).String())
		t.equal(leaf.DNSNames, []string{"b.test", "a.test"})
		t.equal(leaf.Subject.String(), "CN=b.test,O=SPIRE,C=US")
		t.lives(svid.ExpiresAt, 600*time.Second)
	})
	s.check("SVID/BatchNewX509SVID", "SVID-NEWX509-02 refuses to do nothing", func(t *checking) {
		t.refused(errorOf(client.BatchNewX509SVID(t.ctx, &svidv1.BatchNewX509SVIDRequest{})), codes.InvalidArgument, "missing parameters")
	})
	s.check("SVID/NewJWTSVID", "SVID-NEWJWT-01 gives the token of an entry, with a jti if it says so", func(t *checking) {
		svid := get[*svidv1.NewJWTSVIDResponse](t)(client.NewJWTSVID(t.ctx, &svidv1.NewJWTSVIDRequest{EntryId: mine.Id, Audience: []string{"one"}})).Svid
		t.equal(svid.Id, s.id("/workload"))
		t.that(svid.IssuedAt > 0 && svid.ExpiresAt == svid.IssuedAt+120, "it lives as its entry says")
		claims := claimsOf(t, svid.Token)
		t.equal(claims["aud"], []any{"one"})
		t.that(claims["jti"] != nil, "there is no jti")
	})
	s.check("SVID/NewJWTSVID", "SVID-NEWJWT-02 refuses entries of others, and no audience", func(t *checking) {
		ask := func(id string, audience ...string) error {
			return errorOf(client.NewJWTSVID(t.ctx, &svidv1.NewJWTSVIDRequest{EntryId: id, Audience: audience}))
		}
		t.refused(ask("", "one"), codes.InvalidArgument, "missing entry ID")
		t.refused(ask("absent", "one"), codes.NotFound, "entry not found or not authorized")
		t.refused(ask(other.Id, "one"), codes.NotFound, "entry not found or not authorized")
		t.refused(ask(mine.Id), codes.InvalidArgument, "at least one audience is required")
	})
	s.check("Entry/BatchDeleteEntry", "takes the entry and with it what the agent may ask for", func(t *checking) {
		s.remove(t, mine, other)
		_, err := client.NewJWTSVID(t.ctx, &svidv1.NewJWTSVIDRequest{EntryId: mine.Id, Audience: []string{"one"}})
		t.refused(err, codes.NotFound, "entry not found or not authorized")
	})
}
