package main

import (
	"fmt"
	"strings"
	"time"

	entryv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/entry/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func selectors(values ...string) []*types.Selector {
	var made []*types.Selector
	for _, value := range values {
		made = append(made, &types.Selector{Type: "t", Value: value})
	}
	return made
}

func (s *suite) entry(path string, values ...string) *types.Entry {
	return &types.Entry{ParentId: s.id("/parent"), SpiffeId: s.id(path), Selectors: selectors(values...)}
}

type createResult = entryv1.BatchCreateEntryResponse_Result

func (s *suite) create(t *checking, entries ...*types.Entry) []*createResult {
	request := &entryv1.BatchCreateEntryRequest{Entries: entries}
	results := get[*entryv1.BatchCreateEntryResponse](t)(entryv1.NewEntryClient(s.local).BatchCreateEntry(t.ctx, request)).Results
	t.equal(len(results), len(entries))
	return results
}

func (s *suite) remove(t *checking, entries ...*types.Entry) {
	request := &entryv1.BatchDeleteEntryRequest{}
	for _, entry := range entries {
		request.Ids = append(request.Ids, entry.Id)
	}
	for _, result := range get[*entryv1.BatchDeleteEntryResponse](t)(entryv1.NewEntryClient(s.local).BatchDeleteEntry(t.ctx, request)).Results {
		t.ok(result.Status)
	}
}

func checkEntries(s *suite) {
	client := entryv1.NewEntryClient(s.local)
	full := &types.Entry{
		Id:                   "an.Id_of-its-own",
		ParentId:             s.id("/parent"),
		SpiffeId:             s.id("/full"),
		Selectors:            []*types.Selector{{Type: "unix", Value: "path:/bin/a:b"}},
		X509SvidTtl:          600,
		JwtSvidTtl:           60,
		Admin:                true,
		Downstream:           true,
		ExpiresAt:            time.Now().Add(time.Hour).Unix(),
		DnsNames:             []string{"b.test", "a.test", "*.c.test"},
		StoreSvid:            true,
		Hint:                 "hint",
		CreatedAt:            5,
		AdditionalAttributes: &types.Entry_AdditionalAttributes{JwtSvidIncludeJti: true},
	}
	var stored *types.Entry
	s.check("Entry/BatchCreateEntry", "ENTRY-CREATE-01 keeps every field", func(t *checking) {
		results := s.create(t, full)
		t.ok(results[0].Status)
		stored = results[0].Entry
		age := time.Since(time.Unix(stored.CreatedAt, 0))
		t.that(age < time.Minute, "created "+age.String()+" ago")
		want := proto.Clone(full).(*types.Entry)
		want.CreatedAt = stored.CreatedAt
		t.equal(stored, want)
	})
	s.check("Entry/BatchCreateEntry", "ENTRY-CREATE-02 shows a similar entry, which is there already", func(t *checking) {
		same := &types.Entry{ParentId: full.ParentId, SpiffeId: full.SpiffeId, Selectors: full.Selectors}
		result := s.create(t, same)[0]
		t.item(result.Status, codes.AlreadyExists, "similar entry already exists")
		t.equal(result.Entry, stored)
	})
	s.check("Entry/BatchCreateEntry", "ENTRY-CREATE-03 gives IDs, and shows what the mask names", func(t *checking) {
		answer := get[*entryv1.BatchCreateEntryResponse](t)(client.BatchCreateEntry(t.ctx, &entryv1.BatchCreateEntryRequest{
			Entries: []*types.Entry{s.entry("/masked", "1")}, OutputMask: &types.EntryMask{SpiffeId: true},
		}))
		entry := answer.Results[0].Entry
		t.equal(len(entry.Id), 36)
		t.equal(entry, &types.Entry{Id: entry.Id, SpiffeId: s.id("/masked")})
		s.remove(t, entry)
	})
	s.check("Entry/BatchCreateEntry", "an admin does it all from afar", func(t *checking) {
		remote := entryv1.NewEntryClient(s.admin)
		request := &entryv1.BatchCreateEntryRequest{Entries: []*types.Entry{s.entry("/remote", "1")}}
		result := get[*entryv1.BatchCreateEntryResponse](t)(remote.BatchCreateEntry(t.ctx, request)).Results[0]
		t.ok(result.Status)
		found := get[*types.Entry](t)(remote.GetEntry(t.ctx, &entryv1.GetEntryRequest{Id: result.Entry.Id}))
		t.equal(found, result.Entry)
		gone := &entryv1.BatchDeleteEntryRequest{Ids: []string{found.Id}}
		t.ok(get[*entryv1.BatchDeleteEntryResponse](t)(remote.BatchDeleteEntry(t.ctx, gone)).Results[0].Status)
	})
	s.check("Entry/BatchCreateEntry", "ENTRY-CREATE-04 each of a batch has a result of its own, in order", func(t *checking) {
		good := s.entry("/mixed", "1")
		results := s.create(t, &types.Entry{}, good, s.entry("/mixed"), s.entry("/mixed", "2"))
		t.item(results[0].Status, codes.InvalidArgument, "failed to convert entry: *")
		t.ok(results[1].Status)
		t.item(results[2].Status, codes.InvalidArgument, "failed to convert entry: *")
		t.ok(results[3].Status)
		t.that(results[0].Entry == nil && results[2].Entry == nil, "what is refused has an entry")
		s.remove(t, results[1].Entry, results[3].Entry)
	})
	changed := func(change func(entry *types.Entry)) *types.Entry {
		entry := s.entry("/bad", "1")
		change(entry)
		return entry
	}
	type bad struct {
		what   string
		entry  *types.Entry
		prefix string
	}
	converting, creating := "failed to convert entry: *", "failed to *"
	for _, each := range []bad{
		{"no parent", changed(func(e *types.Entry) { e.ParentId = nil }), converting},
		{"a parent of another trust domain", changed(func(e *types.Entry) { e.ParentId.TrustDomain = "other.test" }), converting},
		{"no SPIFFE ID", changed(func(e *types.Entry) { e.SpiffeId = nil }), converting},
		{"an ID of the system", changed(func(e *types.Entry) { e.SpiffeId.Path = "/spire/agent/a" }), converting},
		{"an ID without path", changed(func(e *types.Entry) { e.SpiffeId.Path = "" }), converting},
		{"no selectors", changed(func(e *types.Entry) { e.Selectors = nil }), converting},
		{"a selector without type", changed(func(e *types.Entry) { e.Selectors[0].Type = "" }), converting},
		{"a colon in a selector's type", changed(func(e *types.Entry) { e.Selectors[0].Type = "a:b" }), converting},
		{"a selector without value", changed(func(e *types.Entry) { e.Selectors[0].Value = "" }), converting},
		{"a DNS name that is none", changed(func(e *types.Entry) { e.DnsNames = []string{"-"} }), converting},
		{"two wildcards", changed(func(e *types.Entry) { e.DnsNames = []string{"*.*.test"} }), converting},
		{"a long hint", changed(func(e *types.Entry) { e.Hint = strings.Repeat("h", 1025) }), converting},
		{"a trust domain that is none", changed(func(e *types.Entry) { e.FederatesWith = []string{"?"} }), converting},
		{"a bundle that is not there", changed(func(e *types.Entry) { e.FederatesWith = []string{"absent.test"} }), creating},
		{"an ID with a slash", changed(func(e *types.Entry) { e.Id = "a/b" }), creating},
		{"a long ID", changed(func(e *types.Entry) { e.Id = strings.Repeat("i", 256) }), creating},
		{"a negative life", changed(func(e *types.Entry) { e.X509SvidTtl = -1 }), creating},
		{"a stored SVID that is not fetched ahead", changed(func(e *types.Entry) {
			e.StoreSvid = true
			e.AdditionalAttributes = &types.Entry_AdditionalAttributes{DisableX509SvidPrefetch: true}
		}), creating},
		{"stored SVIDs of two selector types", changed(func(e *types.Entry) {
			e.StoreSvid = true
			e.Selectors = append(e.Selectors, &types.Selector{Type: "u", Value: "1"})
		}), creating},
	} {
		s.check("Entry/BatchCreateEntry", "ENTRY-CREATE-05..06 ENTRY-CREATE-09 refuses "+each.what, func(t *checking) {
			result := s.create(t, each.entry)[0]
			t.that(result.Status.Code != 0, "it is accepted")
			t.item(result.Status, codes.InvalidArgument, each.prefix)
			t.that(result.Entry == nil, "there is an entry")
		})
	}
	s.check("Entry/GetEntry", "ENTRY-GET-01 shows it, or what the mask names", func(t *checking) {
		t.equal(get[*types.Entry](t)(client.GetEntry(t.ctx, &entryv1.GetEntryRequest{Id: full.Id})), stored)
		masked := get[*types.Entry](t)(client.GetEntry(t.ctx, &entryv1.GetEntryRequest{Id: full.Id, OutputMask: &types.EntryMask{Hint: true}}))
		t.equal(masked, &types.Entry{Id: full.Id, Hint: "hint"})
	})
	s.check("Entry/GetEntry", "ENTRY-GET-01 refuses no ID, and one that is not there", func(t *checking) {
		t.refused(errorOf(client.GetEntry(t.ctx, &entryv1.GetEntryRequest{})), codes.InvalidArgument, "missing ID")
		t.refused(errorOf(client.GetEntry(t.ctx, &entryv1.GetEntryRequest{Id: "absent"})), codes.NotFound, "entry not found")
	})
	s.check("Entry/BatchDeleteEntry", "ENTRY-DELETE-01 each has a result of its own", func(t *checking) {
		results := get[*entryv1.BatchDeleteEntryResponse](t)(client.BatchDeleteEntry(t.ctx, &entryv1.BatchDeleteEntryRequest{Ids: []string{"absent", "", full.Id}})).Results
		t.equal(len(results), 3)
		t.item(results[0].Status, codes.NotFound, "entry not found")
		t.equal(results[0].Id, "absent")
		t.item(results[1].Status, codes.InvalidArgument, "missing entry ID")
		t.ok(results[2].Status)
		t.equal(results[2].Id, full.Id)
		t.refused(errorOf(client.GetEntry(t.ctx, &entryv1.GetEntryRequest{Id: full.Id})), codes.NotFound, "entry not found")
	})
}

// checkAdminEnds takes the entry away that makes somebody an admin, whose connection is open.
func checkAdminEnds(s *suite) {
	client := entryv1.NewEntryClient(s.local)
	s.check("Entry/CountEntries", "an admin is one as long as its entry is there", func(t *checking) {
		conn := get[*connection](t)(s.connectWorkload(&types.Entry{Id: "brief", SpiffeId: s.id("/brief"), Admin: true}))
		defer conn.Close()
		count := func() error {
			return errorOf(entryv1.NewEntryClient(conn).CountEntries(t.ctx, &entryv1.CountEntriesRequest{}))
		}
		t.must(count())
		t.must(errorOf(client.BatchDeleteEntry(t.ctx, &entryv1.BatchDeleteEntryRequest{Ids: []string{"brief"}})))
		t.refused(count(), codes.PermissionDenied, "authorization denied for method /spire.api.server.entry.v1.Entry/CountEntries")
	})
}

func checkEntryFilters(s *suite) {
	client := entryv1.NewEntryClient(s.local)
	type filter = entryv1.ListEntriesRequest_Filter
	parent := s.id("/parent")
	list := func(t *checking, filter *filter) string {
		filter.ByParentId = parent
		answer := get[*entryv1.ListEntriesResponse](t)(client.ListEntries(t.ctx, &entryv1.ListEntriesRequest{Filter: filter}))
		var paths []string
		for _, entry := range answer.Entries {
			paths = append(paths, entry.SpiffeId.Path)
		}
		// Both messages have the same fields by the same numbers.
		encoded := get[[]byte](t)(proto.Marshal(filter))
		counting := &entryv1.CountEntriesRequest_Filter{}
		t.must(proto.Unmarshal(encoded, counting))
		count := get[*entryv1.CountEntriesResponse](t)(client.CountEntries(t.ctx, &entryv1.CountEntriesRequest{Filter: counting}))
		t.equal(int(count.Count), len(paths))
		return strings.Join(paths, " ")
	}
	hinted, downstream := s.entry("/12", "1", "2"), s.entry("/123", "1", "2", "3")
	hinted.Hint, downstream.Downstream = "h", true
	var made []*types.Entry
	s.check("Entry/BatchCreateEntry", "makes several at once", func(t *checking) {
		for _, result := range s.create(t, s.entry("/1", "1"), hinted, downstream, s.entry("/4", "4")) {
			t.ok(result.Status)
			made = append(made, result.Entry)
		}
	})
	matches := []struct {
		match types.SelectorMatch_MatchBehavior
		want  string
	}{
		{types.SelectorMatch_MATCH_EXACT, "/12"},
		{types.SelectorMatch_MATCH_SUBSET, "/1 /12"},
		{types.SelectorMatch_MATCH_SUPERSET, "/12 /123"},
		{types.SelectorMatch_MATCH_ANY, "/1 /12 /123"},
	}
	for _, rpc := range []string{"Entry/ListEntries", "Entry/CountEntries"} {
		for _, each := range matches {
			s.check(rpc, "ENTRY-LIST-01 by selectors, "+each.match.String(), func(t *checking) {
				t.equal(list(t, &filter{BySelectors: &types.SelectorMatch{Selectors: selectors("1", "2"), Match: each.match}}), each.want)
			})
		}
		s.check(rpc, "ENTRY-LIST-02 by SPIFFE ID, by hint, and by being downstream", func(t *checking) {
			t.equal(list(t, &filter{}), "/1 /12 /123 /4")
			t.equal(list(t, &filter{BySpiffeId: s.id("/4")}), "/4")
			t.equal(list(t, &filter{ByHint: wrapperspb.String("h")}), "/12")
			t.equal(list(t, &filter{ByDownstream: wrapperspb.Bool(true)}), "/123")
			t.equal(list(t, &filter{ByDownstream: wrapperspb.Bool(false)}), "/1 /12 /123 /4")
		})
	}
	s.check("Entry/ListEntries", "ENTRY-LIST-03 refuses a filter that says nothing, or what is no ID", func(t *checking) {
		refused := func(filter *filter, prefix string) {
			_, err := client.ListEntries(t.ctx, &entryv1.ListEntriesRequest{Filter: filter})
			t.refusedWith(err, codes.InvalidArgument, prefix)
		}
		refused(&filter{BySelectors: &types.SelectorMatch{}}, "malformed selectors filter: empty selector set")
		refused(&filter{ByFederatesWith: &types.FederatesWithMatch{}}, "malformed federates with filter: empty trust domain set")
		refused(&filter{BySpiffeId: &types.SPIFFEID{TrustDomain: "other.test"}}, "malformed SPIFFE ID filter: ")
		refused(&filter{ByParentId: &types.SPIFFEID{TrustDomain: "?"}}, "malformed parent ID filter: ")
	})
	s.check("Entry/ListEntries", "ENTRY-LIST-04 pages end with an empty one", func(t *checking) {
		request := &entryv1.ListEntriesRequest{PageSize: 3, Filter: &filter{ByParentId: parent}, OutputMask: &types.EntryMask{}}
		var sizes []int
		for {
			answer := get[*entryv1.ListEntriesResponse](t)(client.ListEntries(t.ctx, request))
			sizes = append(sizes, len(answer.Entries))
			for _, entry := range answer.Entries {
				t.equal(entry, &types.Entry{Id: entry.Id})
			}
			if request.PageToken = answer.NextPageToken; request.PageToken == "" {
				break
			}
		}
		t.equal(sizes, []int{3, 1, 0})
		request.PageToken = "x"
		t.refusedWith(errorOf(client.ListEntries(t.ctx, request)), codes.InvalidArgument, "could not parse token")
	})
	s.check("Entry/BatchDeleteEntry", "takes several at once", func(t *checking) { s.remove(t, made...) })
}

func checkEntryUpdates(s *suite) {
	client := entryv1.NewEntryClient(s.local)
	update := func(t *checking, mask *types.EntryMask, entries ...*types.Entry) []*entryv1.BatchUpdateEntryResponse_Result {
		request := &entryv1.BatchUpdateEntryRequest{Entries: entries, InputMask: mask}
		return get[*entryv1.BatchUpdateEntryResponse](t)(client.BatchUpdateEntry(t.ctx, request)).Results
	}
	s.check("Entry/BatchUpdateEntry", "ENTRY-UPDATE-01 changes what the mask names, and counts revisions", func(t *checking) {
		before := s.create(t, s.entry("/before", "1"))[0].Entry
		t.equal(before.RevisionNumber, int64(0))
		want := proto.Clone(before).(*types.Entry)
		want.Hint, want.RevisionNumber = "new", 1
		result := update(t, &types.EntryMask{Hint: true}, &types.Entry{Id: before.Id, Hint: "new", Admin: true})[0]
		t.ok(result.Status)
		t.equal(result.Entry, want)
		whole := s.entry("/after", "2")
		whole.Id = before.Id
		result = update(t, nil, whole)[0]
		t.ok(result.Status)
		whole.RevisionNumber, whole.CreatedAt = 2, before.CreatedAt
		t.equal(result.Entry, whole)
		s.remove(t, before)
	})
	s.check("Entry/BatchUpdateEntry", "ENTRY-UPDATE-02 additional attributes are replaced as a whole, and may be empty", func(t *checking) {
		entry := s.entry("/attributes", "1")
		entry.AdditionalAttributes = &types.Entry_AdditionalAttributes{JwtSvidIncludeJti: true}
		made := s.create(t, entry)[0].Entry
		mask := &types.EntryMask{AdditionalAttributes: true}
		empty := &types.Entry_AdditionalAttributes{}
		result := update(t, mask, &types.Entry{Id: made.Id, AdditionalAttributes: empty})[0]
		t.that(result.Entry.AdditionalAttributes != nil, "an empty message is there")
		t.equal(result.Entry.AdditionalAttributes, empty)
		result = update(t, mask, &types.Entry{Id: made.Id})[0]
		t.that(result.Entry.AdditionalAttributes == nil, "no message is none")
		s.remove(t, made)
	})
	s.check("Entry/BatchUpdateEntry", "ENTRY-UPDATE-03 each has a result of its own, and a refused one no entry", func(t *checking) {
		made := s.create(t, s.entry("/update", "1"), s.entry("/update", "2"))
		good := &types.Entry{Id: made[0].Entry.Id, Selectors: selectors("3")}
		results := update(t, &types.EntryMask{Selectors: true},
			&types.Entry{Id: "absent", Selectors: selectors("1")},
			&types.Entry{Id: made[0].Entry.Id},
			good,
			&types.Entry{Id: made[1].Entry.Id, Selectors: selectors("3")})
		t.equal(len(results), 4)
		t.item(results[0].Status, codes.NotFound, "failed to update entry*")
		t.item(results[1].Status, codes.InvalidArgument, "failed to *")
		t.ok(results[2].Status)
		t.that(results[3].Status.Code != 0, "two entries are alike")
		for _, at := range []int{0, 1, 3} {
			t.that(results[at].Entry == nil, fmt.Sprintf("result %d has an entry", at))
		}
		s.remove(t, made[0].Entry, made[1].Entry)
	})
}
