package main

import (
	"crypto/x509"
	"fmt"
	"net/url"
	"time"

	bundlev1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/bundle/v1"
	entryv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/entry/v1"
	svidv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/svid/v1"
	trustdomainv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/trustdomain/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// checkController does what spire-controller-manager does, in its order and its sizes.
func checkController(s *suite) {
	client, ready := entryv1.NewEntryClient(s.local), grpc.WaitForReady(true)
	s.check("Entry/BatchCreateEntry", "ENTRY-CREATE-08 a controller learns which fields are there", func(t *checking) {
		id := s.id("/spire-controller-manager/unsupported-fields-test")
		probe := &types.Entry{
			ParentId: id, SpiffeId: id, Selectors: []*types.Selector{{Type: "a", Value: "1"}},
			X509SvidTtl: 60, JwtSvidTtl: 60, StoreSvid: true, Hint: "hint",
		}
		request := &entryv1.BatchCreateEntryRequest{Entries: []*types.Entry{probe}}
		for _, code := range []codes.Code{codes.OK, codes.AlreadyExists} {
			result := get[*entryv1.BatchCreateEntryResponse](t)(client.BatchCreateEntry(t.ctx, request, ready)).Results[0]
			t.equal(codes.Code(result.Status.Code), code)
			t.equal(result.Entry.GetJwtSvidTtl(), int32(60))
			t.equal(result.Entry.GetHint(), "hint")
			t.equal(result.Entry.GetStoreSvid(), true)
			probe.Id = result.Entry.GetId()
		}
		s.remove(t, probe)
	})
	s.check("Entry/ListEntries", "a controller reads back what it wrote, by the 200", func(t *checking) {
		parent := s.id("/spire/agent/k8s_psat/cluster/e41d6d24")
		wanted := map[string]*types.Entry{}
		for batch := range 5 {
			var entries []*types.Entry
			for i := range 50 {
				uid := fmt.Sprintf("%d-%d", batch, i)
				entry := &types.Entry{
					Id: "prefix." + uid, ParentId: parent, SpiffeId: s.id("/ns/default/sa/" + uid),
					Selectors:   []*types.Selector{{Type: "k8s", Value: "pod-uid:" + uid}},
					X509SvidTtl: 600, JwtSvidTtl: 60, DnsNames: []string{"z.test", "a.test"}, Hint: "h",
				}
				entries = append(entries, entry)
				wanted[entry.Id] = entry
			}
			for _, result := range s.create(t, entries...) {
				t.ok(result.Status)
			}
		}
		found := map[string]*types.Entry{}
		for request := (&entryv1.ListEntriesRequest{PageSize: 200}); ; {
			answer := get[*entryv1.ListEntriesResponse](t)(client.ListEntries(t.ctx, request, ready))
			for _, entry := range answer.Entries {
				t.that(entry.SpiffeId != nil && entry.ParentId != nil && len(entry.Selectors) > 0, "an entry that the controller cannot convert")
				found[entry.Id] = entry
			}
			if request.PageToken = answer.NextPageToken; request.PageToken == "" {
				break
			}
		}
		var all []*types.Entry
		for id, entry := range wanted {
			got := proto.Clone(found[id]).(*types.Entry)
			got.CreatedAt = 0
			t.equal(got, entry)
			all = append(all, entry)
		}
		s.remove(t, all[:200]...)
		s.remove(t, all[200:]...)
	})
	s.check("TrustDomain/BatchCreateFederationRelationship", "TRUSTDOMAIN-CREATE-01 a controller reads back an empty profile", func(t *checking) {
		domains := trustdomainv1.NewTrustDomainClient(s.local)
		wanted := webRelationship("controlled.test")
		t.must(errorOf(domains.BatchCreateFederationRelationship(t.ctx, &trustdomainv1.BatchCreateFederationRelationshipRequest{FederationRelationships: []*relationship{wanted}}, ready)))
		list := get[*trustdomainv1.ListFederationRelationshipsResponse](t)(domains.ListFederationRelationships(t.ctx, &trustdomainv1.ListFederationRelationshipsRequest{PageSize: 200}, ready))
		t.equal(list.FederationRelationships[0], wanted)
		t.must(errorOf(domains.BatchDeleteFederationRelationship(t.ctx, &trustdomainv1.BatchDeleteFederationRelationshipRequest{TrustDomains: []string{"controlled.test"}}, ready)))
	})
	s.check("SVID/MintX509SVID", "SVID-MINTX509-01 a controller gets the certificate of its webhook, and who signed it", func(t *checking) {
		csr := newCSR(newKey(), &x509.CertificateRequest{
			URIs:     []*url.URL{uriOf(s.id("/spire-controller-manager-webhook"))},
			DNSNames: []string{"webhook.default.svc"},
		})
		minted := get[*svidv1.MintX509SVIDResponse](t)(svidv1.NewSVIDClient(s.local).MintX509SVID(t.ctx, &svidv1.MintX509SVIDRequest{Csr: csr, Ttl: 86400}, ready))
		bundle := get[*types.Bundle](t)(bundlev1.NewBundleClient(s.local).GetBundle(t.ctx, &bundlev1.GetBundleRequest{}, ready))
		roots := x509.NewCertPool()
		for _, authority := range bundle.X509Authorities {
			roots.AddCert(get[*x509.Certificate](t)(x509.ParseCertificate(authority.Asn1)))
		}
		chain := get[[]*x509.Certificate](t)(parseChain(minted.Svid.CertChain))
		t.must(errorOf(chain[0].Verify(x509.VerifyOptions{DNSName: "webhook.default.svc", Roots: roots, CurrentTime: time.Now()})))
	})
}
