package main

import (
	bundlev1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/bundle/v1"
	entryv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/entry/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func checkBundles(s *suite) {
	client := bundlev1.NewBundleClient(s.local)
	getOwn := func(t *checking, conn *connection, mask *types.BundleMask) *types.Bundle {
		return get[*types.Bundle](t)(bundlev1.NewBundleClient(conn).GetBundle(t.ctx, &bundlev1.GetBundleRequest{OutputMask: mask}))
	}
	s.check("Bundle/GetBundle", "BUNDLE-GET-01 is the same for everybody", func(t *checking) {
		own := getOwn(t, s.local, nil)
		t.equal(own.TrustDomain, s.trustDomain)
		t.that(len(own.X509Authorities) > 0 && len(own.JwtAuthorities) > 0, "there are authorities of both kinds")
		for _, conn := range []*connection{s.anonymous, s.agent, s.admin, s.downstream} {
			t.equal(getOwn(t, conn, nil), own)
		}
		t.equal(getOwn(t, s.anonymous, &types.BundleMask{}), &types.Bundle{TrustDomain: s.trustDomain})
		masked := getOwn(t, s.anonymous, &types.BundleMask{SequenceNumber: true})
		t.equal(masked, &types.Bundle{TrustDomain: s.trustDomain, SequenceNumber: own.SequenceNumber})
	})
	s.check("Bundle/AppendBundle", "BUNDLE-APPEND-01 adds authorities at the end", func(t *checking) {
		before := getOwn(t, s.local, nil)
		root, key := newRoot(s.trustDomain), newJWTKey("appended")
		request := &bundlev1.AppendBundleRequest{X509Authorities: []*types.X509Certificate{{Asn1: root}}, JwtAuthorities: []*types.JWTKey{key}}
		after := get[*types.Bundle](t)(client.AppendBundle(t.ctx, request))
		t.equal(len(after.X509Authorities), len(before.X509Authorities)+1)
		t.equal(after.X509Authorities[len(before.X509Authorities)].Asn1, root)
		t.equal(after.JwtAuthorities[len(before.JwtAuthorities)], key)
		t.that(after.SequenceNumber > before.SequenceNumber, "the sequence number grows")
		t.equal(get[*types.Bundle](t)(client.AppendBundle(t.ctx, request)), after)
	})
	s.check("Bundle/AppendBundle", "BUNDLE-APPEND-02 refuses nothing, and what is no authority", func(t *checking) {
		refused := func(request *bundlev1.AppendBundleRequest, prefix string) {
			t.refusedWith(errorOf(client.AppendBundle(t.ctx, request)), codes.InvalidArgument, prefix)
		}
		refused(&bundlev1.AppendBundleRequest{}, "no authorities to append")
		refused(&bundlev1.AppendBundleRequest{X509Authorities: []*types.X509Certificate{{Asn1: []byte("x")}}}, "failed to convert X.509 authority: ")
		refused(&bundlev1.AppendBundleRequest{JwtAuthorities: []*types.JWTKey{{KeyId: "x"}}}, "failed to convert JWT authority: ")
	})
	s.check("Bundle/PublishJWTAuthority", "BUNDLE-PUBLISH-01 answers with all JWT authorities", func(t *checking) {
		key := newJWTKey("published")
		publisher := bundlev1.NewBundleClient(s.downstream)
		answer := get[*bundlev1.PublishJWTAuthorityResponse](t)(publisher.PublishJWTAuthority(t.ctx, &bundlev1.PublishJWTAuthorityRequest{JwtAuthority: key}))
		own := getOwn(t, s.local, nil)
		t.equal(len(answer.JwtAuthorities), len(own.JwtAuthorities))
		t.equal(answer.JwtAuthorities[len(answer.JwtAuthorities)-1], key)
		_, err := publisher.PublishJWTAuthority(t.ctx, &bundlev1.PublishJWTAuthorityRequest{})
		t.refused(err, codes.InvalidArgument, "missing JWT authority")
		_, err = publisher.PublishJWTAuthority(t.ctx, &bundlev1.PublishJWTAuthorityRequest{JwtAuthority: &types.JWTKey{PublicKey: key.PublicKey}})
		t.refusedWith(err, codes.InvalidArgument, "invalid JWT authority: ")
	})
	s.check("Bundle/PublishWITAuthority", "BUNDLE-PUBLISHWIT-01 is not implemented", func(t *checking) {
		_, err := bundlev1.NewBundleClient(s.downstream).PublishWITAuthority(t.ctx, &bundlev1.PublishWITAuthorityRequest{})
		t.equal(status.Code(err), codes.Unimplemented)
	})
}

func checkFederatedBundles(s *suite) {
	client := bundlev1.NewBundleClient(s.local)
	made := func(trustDomain string) *types.Bundle {
		return &types.Bundle{
			TrustDomain:     trustDomain,
			X509Authorities: []*types.X509Certificate{{Asn1: newRoot(trustDomain)}},
			JwtAuthorities:  []*types.JWTKey{newJWTKey("of " + trustDomain)},
			RefreshHint:     60,
			SequenceNumber:  42,
		}
	}
	one, two := made("one.test"), made("two.test")
	own := &types.Bundle{TrustDomain: s.trustDomain}
	refusedDomains := func(t *checking, statuses []*types.Status, doing string) {
		t.item(statuses[0], codes.InvalidArgument, doing+" a federated bundle for the server's own trust domain is not allowed")
		t.item(statuses[1], codes.InvalidArgument, "trust domain argument is not valid: *")
	}
	s.check("Bundle/BatchCreateFederatedBundle", "BUNDLE-CREATE-01 BUNDLE-OWN-01 each has a result of its own", func(t *checking) {
		tainted := made("one.test")
		tainted.X509Authorities[0] = &types.X509Certificate{Asn1: one.X509Authorities[0].Asn1, Tainted: true}
		tainted.JwtAuthorities = one.JwtAuthorities
		request := &bundlev1.BatchCreateFederatedBundleRequest{Bundle: []*types.Bundle{own, {TrustDomain: "?"}, tainted, two, one}}
		results := get[*bundlev1.BatchCreateFederatedBundleResponse](t)(client.BatchCreateFederatedBundle(t.ctx, request)).Results
		t.equal(len(results), 5)
		refusedDomains(t, []*types.Status{results[0].Status, results[1].Status}, "creating")
		t.ok(results[2].Status)
		t.equal(results[2].Bundle, one)
		t.ok(results[3].Status)
		t.equal(results[3].Bundle, two)
		t.item(results[4].Status, codes.AlreadyExists, "bundle already exists")
		t.that(results[4].Bundle == nil, "a refused one has a bundle")
	})
	s.check("Bundle/CountBundles", "BUNDLE-COUNT-01 counts the own one too", func(t *checking) {
		t.equal(get[*bundlev1.CountBundlesResponse](t)(client.CountBundles(t.ctx, &bundlev1.CountBundlesRequest{})).Count, int32(3))
	})
	s.check("Bundle/ListFederatedBundles", "BUNDLE-LIST-01 has all but the own one, paged too", func(t *checking) {
		list := func(size int32, token string) *bundlev1.ListFederatedBundlesResponse {
			request := &bundlev1.ListFederatedBundlesRequest{PageSize: size, PageToken: token}
			return get[*bundlev1.ListFederatedBundlesResponse](t)(client.ListFederatedBundles(t.ctx, request))
		}
		all := list(0, "")
		t.equal(len(all.Bundles), 2)
		t.equal(all.NextPageToken, "")
		first := list(1, "")
		second := list(1, first.NextPageToken)
		last := list(1, second.NextPageToken)
		t.that(first.Bundles[0].TrustDomain != second.Bundles[0].TrustDomain, "the pages are alike")
		t.equal(len(last.Bundles), 0)
		t.equal(last.NextPageToken, "")
	})
	s.check("Bundle/GetFederatedBundle", "BUNDLE-FEDERATED-01 is there for agents, and is missed as they need it", func(t *checking) {
		for _, conn := range []*connection{s.local, s.agent, s.admin} {
			reader := bundlev1.NewBundleClient(conn)
			for _, name := range []string{"one.test", "spiffe://one.test"} {
				t.equal(get[*types.Bundle](t)(reader.GetFederatedBundle(t.ctx, &bundlev1.GetFederatedBundleRequest{TrustDomain: name})), one)
			}
			t.refused(errorOf(reader.GetFederatedBundle(t.ctx, &bundlev1.GetFederatedBundleRequest{TrustDomain: "absent.test"})), codes.NotFound, "bundle not found")
			t.refused(errorOf(reader.GetFederatedBundle(t.ctx, &bundlev1.GetFederatedBundleRequest{TrustDomain: s.trustDomain})), codes.InvalidArgument,
				"getting a federated bundle for the server's own trust domain is not allowed")
			t.refusedWith(errorOf(reader.GetFederatedBundle(t.ctx, &bundlev1.GetFederatedBundleRequest{TrustDomain: "?"})), codes.InvalidArgument, "trust domain argument is not valid: ")
		}
	})
	s.check("Bundle/BatchUpdateFederatedBundle", "BUNDLE-UPDATE-01 BUNDLE-OWN-01 changes what the mask names", func(t *checking) {
		given := &types.Bundle{TrustDomain: "one.test", RefreshHint: 99, SequenceNumber: 1}
		request := &bundlev1.BatchUpdateFederatedBundleRequest{
			Bundle:    []*types.Bundle{own, {TrustDomain: "?"}, {TrustDomain: "absent.test"}, given},
			InputMask: &types.BundleMask{RefreshHint: true},
		}
		results := get[*bundlev1.BatchUpdateFederatedBundleResponse](t)(client.BatchUpdateFederatedBundle(t.ctx, request)).Results
		refusedDomains(t, []*types.Status{results[0].Status, results[1].Status}, "updating")
		t.item(results[2].Status, codes.NotFound, "bundle not found")
		t.ok(results[3].Status)
		one.RefreshHint = 99
		t.equal(results[3].Bundle, one)
	})
	s.check("Bundle/BatchSetFederatedBundle", "BUNDLE-SET-01 BUNDLE-OWN-01 replaces what is there, and makes what is not", func(t *checking) {
		three := made("three.test")
		one = made("one.test")
		request := &bundlev1.BatchSetFederatedBundleRequest{Bundle: []*types.Bundle{own, {TrustDomain: "?"}, one, three}, OutputMask: &types.BundleMask{X509Authorities: true}}
		results := get[*bundlev1.BatchSetFederatedBundleResponse](t)(client.BatchSetFederatedBundle(t.ctx, request)).Results
		refusedDomains(t, []*types.Status{results[0].Status, results[1].Status}, "setting")
		t.ok(results[2].Status)
		t.equal(results[2].Bundle, &types.Bundle{TrustDomain: "one.test", X509Authorities: one.X509Authorities})
		t.ok(results[3].Status)
	})

	entries := entryv1.NewEntryClient(s.local)
	federated := s.entry("/federated", "1")
	federated.FederatesWith = []string{"spiffe://one.test", "two.test"}
	s.check("Entry/BatchCreateEntry", "ENTRY-CREATE-07 shows trust domains by their bare names", func(t *checking) {
		federated = s.create(t, federated)[0].Entry
		t.equal(federated.FederatesWith, []string{"one.test", "two.test"})
	})
	for _, each := range []struct {
		match types.FederatesWithMatch_MatchBehavior
		names []string
		found int
	}{
		{types.FederatesWithMatch_MATCH_EXACT, []string{"one.test"}, 0},
		{types.FederatesWithMatch_MATCH_EXACT, []string{"two.test", "one.test"}, 1},
		{types.FederatesWithMatch_MATCH_SUBSET, []string{"one.test"}, 0},
		{types.FederatesWithMatch_MATCH_SUBSET, []string{"one.test", "two.test", "three.test"}, 1},
		{types.FederatesWithMatch_MATCH_SUPERSET, []string{"one.test"}, 1},
		{types.FederatesWithMatch_MATCH_ANY, []string{"two.test", "three.test"}, 1},
		{types.FederatesWithMatch_MATCH_ANY, []string{"three.test"}, 0},
	} {
		s.check("Entry/ListEntries", "ENTRY-LIST-05 by trust domains, "+each.match.String()+" of "+each.names[0], func(t *checking) {
			filter := &entryv1.ListEntriesRequest_Filter{ByFederatesWith: &types.FederatesWithMatch{TrustDomains: each.names, Match: each.match}}
			t.equal(len(get[*entryv1.ListEntriesResponse](t)(entries.ListEntries(t.ctx, &entryv1.ListEntriesRequest{Filter: filter})).Entries), each.found)
		})
	}
	remove := func(t *checking, mode bundlev1.BatchDeleteFederatedBundleRequest_Mode, names ...string) []*bundlev1.BatchDeleteFederatedBundleResponse_Result {
		request := &bundlev1.BatchDeleteFederatedBundleRequest{TrustDomains: names, Mode: mode}
		return get[*bundlev1.BatchDeleteFederatedBundleResponse](t)(client.BatchDeleteFederatedBundle(t.ctx, request)).Results
	}
	s.check("Bundle/BatchDeleteFederatedBundle", "BUNDLE-DELETE-01 BUNDLE-OWN-01 RESTRICT keeps one that entries name", func(t *checking) {
		results := remove(t, bundlev1.BatchDeleteFederatedBundleRequest_RESTRICT, s.trustDomain, "?", "absent.test", "one.test", "three.test")
		t.item(results[0].Status, codes.InvalidArgument, "removing the bundle for the server trust domain is not allowed")
		t.item(results[1].Status, codes.InvalidArgument, "trust domain argument is not valid: *")
		t.item(results[2].Status, codes.NotFound, "bundle not found")
		t.item(results[3].Status, codes.FailedPrecondition, "failed to delete federated bundle: *")
		t.equal(results[3].TrustDomain, "one.test")
		t.ok(results[4].Status)
	})
	s.check("Bundle/BatchDeleteFederatedBundle", "BUNDLE-DELETE-02 DISSOCIATE takes it from entries", func(t *checking) {
		t.ok(remove(t, bundlev1.BatchDeleteFederatedBundleRequest_DISSOCIATE, "one.test")[0].Status)
		entry := get[*types.Entry](t)(entries.GetEntry(t.ctx, &entryv1.GetEntryRequest{Id: federated.Id}))
		t.equal(entry.FederatesWith, []string{"two.test"})
	})
	s.check("Bundle/BatchDeleteFederatedBundle", "BUNDLE-DELETE-03 DELETE takes the entries too", func(t *checking) {
		t.ok(remove(t, bundlev1.BatchDeleteFederatedBundleRequest_DELETE, "two.test")[0].Status)
		t.refused(errorOf(entries.GetEntry(t.ctx, &entryv1.GetEntryRequest{Id: federated.Id})), codes.NotFound, "entry not found")
	})
}
