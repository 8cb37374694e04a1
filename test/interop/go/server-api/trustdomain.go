package main

import (
	trustdomainv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/trustdomain/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc/codes"
)

type relationship = types.FederationRelationship

func webRelationship(trustDomain string) *relationship {
	return &relationship{
		TrustDomain:           trustDomain,
		BundleEndpointUrl:     "https://" + trustDomain + "/bundle",
		BundleEndpointProfile: &types.FederationRelationship_HttpsWeb{HttpsWeb: &types.HTTPSWebProfile{}},
	}
}

func spiffeRelationship(trustDomain string) *relationship {
	made := webRelationship(trustDomain)
	made.BundleEndpointProfile = &types.FederationRelationship_HttpsSpiffe{
		HttpsSpiffe: &types.HTTPSSPIFFEProfile{EndpointSpiffeId: "spiffe://" + trustDomain + "/endpoint"},
	}
	return made
}

func checkTrustDomains(s *suite) {
	client := trustdomainv1.NewTrustDomainClient(s.local)
	type createRequest = trustdomainv1.BatchCreateFederationRelationshipRequest
	create := func(t *checking, relationships ...*relationship) []*trustdomainv1.BatchCreateFederationRelationshipResponse_Result {
		answer := get[*trustdomainv1.BatchCreateFederationRelationshipResponse](t)(client.BatchCreateFederationRelationship(t.ctx, &createRequest{FederationRelationships: relationships}))
		t.equal(len(answer.Results), len(relationships))
		return answer.Results
	}
	web, spiffe := webRelationship("web.test"), spiffeRelationship("spiffe.test")
	s.check("TrustDomain/BatchCreateFederationRelationship", "TRUSTDOMAIN-CREATE-01 keeps both profiles", func(t *checking) {
		for at, result := range create(t, web, spiffe) {
			t.ok(result.Status)
			t.equal(result.FederationRelationship, []*relationship{web, spiffe}[at])
		}
	})
	s.check("TrustDomain/BatchCreateFederationRelationship", "TRUSTDOMAIN-CREATE-02 refuses each that cannot be", func(t *checking) {
		change := func(change func(made *relationship)) *relationship {
			made := webRelationship("bad.test")
			change(made)
			return made
		}
		for _, result := range create(t,
			change(func(made *relationship) { made.TrustDomain = "" }),
			change(func(made *relationship) { made.TrustDomain = s.trustDomain }),
			change(func(made *relationship) { made.BundleEndpointUrl = "http://bad.test" }),
			change(func(made *relationship) { made.BundleEndpointUrl = "https://user:secret@bad.test" }),
			change(func(made *relationship) { made.BundleEndpointUrl = "https:///bundle" }),
			change(func(made *relationship) { made.BundleEndpointProfile = nil }),
			change(func(made *relationship) { made.TrustDomainBundle = &types.Bundle{TrustDomain: "other.test"} }),
		) {
			t.equal(codes.Code(result.Status.Code), codes.InvalidArgument)
			t.that(result.FederationRelationship == nil, "a refused one is there")
		}
	})
	s.check("TrustDomain/GetFederationRelationship", "TRUSTDOMAIN-GET-01 shows it, or that it is not there", func(t *checking) {
		request := &trustdomainv1.GetFederationRelationshipRequest{TrustDomain: "web.test"}
		found := get[*relationship](t)(client.GetFederationRelationship(t.ctx, request))
		t.equal(found, web)
		t.that(found.GetHttpsWeb() != nil, "the empty profile is missing")
		request.OutputMask = &types.FederationRelationshipMask{BundleEndpointUrl: true}
		t.equal(get[*relationship](t)(client.GetFederationRelationship(t.ctx, request)), &relationship{TrustDomain: "web.test", BundleEndpointUrl: web.BundleEndpointUrl})
		_, err := client.GetFederationRelationship(t.ctx, &trustdomainv1.GetFederationRelationshipRequest{TrustDomain: "absent.test"})
		t.refused(err, codes.NotFound, "federation relationship does not exist")
	})
	s.check("TrustDomain/ListFederationRelationships", "TRUSTDOMAIN-LIST-01 has all, paged too", func(t *checking) {
		request := &trustdomainv1.ListFederationRelationshipsRequest{}
		list := func() *trustdomainv1.ListFederationRelationshipsResponse {
			return get[*trustdomainv1.ListFederationRelationshipsResponse](t)(client.ListFederationRelationships(t.ctx, request))
		}
		t.equal(len(list().FederationRelationships), 2)
		request.PageSize = 1
		var sizes []int
		for {
			answer := list()
			sizes = append(sizes, len(answer.FederationRelationships))
			if request.PageToken = answer.NextPageToken; request.PageToken == "" {
				break
			}
		}
		t.equal(sizes, []int{1, 1, 0})
	})
	s.check("TrustDomain/BatchUpdateFederationRelationship", "TRUSTDOMAIN-UPDATE-01 changes what the mask names", func(t *checking) {
		web.BundleEndpointUrl = "https://web.test/another"
		given := spiffeRelationship("web.test")
		given.BundleEndpointUrl = web.BundleEndpointUrl
		answer := get[*trustdomainv1.BatchUpdateFederationRelationshipResponse](t)(client.BatchUpdateFederationRelationship(t.ctx, &trustdomainv1.BatchUpdateFederationRelationshipRequest{
			FederationRelationships: []*relationship{given, {TrustDomain: "spiffe.test"}},
			InputMask:               &types.FederationRelationshipMask{BundleEndpointUrl: true},
		}))
		t.ok(answer.Results[0].Status)
		t.equal(answer.Results[0].FederationRelationship, web)
		t.equal(codes.Code(answer.Results[1].Status.Code), codes.InvalidArgument)
	})
	s.check("TrustDomain/RefreshBundle", "TRUSTDOMAIN-REFRESH-01 knows whom it does not federate with", func(t *checking) {
		_, err := client.RefreshBundle(t.ctx, &trustdomainv1.RefreshBundleRequest{TrustDomain: "absent.test"})
		t.refused(err, codes.NotFound, `no relationship with trust domain "absent.test"`)
	})
	s.check("TrustDomain/BatchDeleteFederationRelationship", "TRUSTDOMAIN-DELETE-01 each has a result of its own", func(t *checking) {
		results := get[*trustdomainv1.BatchDeleteFederationRelationshipResponse](t)(client.BatchDeleteFederationRelationship(t.ctx, &trustdomainv1.BatchDeleteFederationRelationshipRequest{
			TrustDomains: []string{"", "absent.test", "web.test", "spiffe.test"},
		})).Results
		t.item(results[0].Status, codes.InvalidArgument, "missing trust domain")
		t.item(results[1].Status, codes.NotFound, "federation relationship not found")
		t.ok(results[2].Status)
		t.ok(results[3].Status)
		t.equal(results[3].TrustDomain, "spiffe.test")
	})
}
