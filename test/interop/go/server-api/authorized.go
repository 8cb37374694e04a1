package main

import (
	"errors"
	"fmt"
	"io"

	entryv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/entry/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc/codes"
)

// pageSize is how many entries an agent gets at once.
const pageSize = 500

// agentMask is what SPIRE's agent asks for.
var agentMask = &types.EntryMask{
	SpiffeId: true, Selectors: true, FederatesWith: true, Admin: true, Downstream: true, RevisionNumber: true,
	StoreSvid: true, Hint: true, AdditionalAttributes: true, CreatedAt: true,
}

type syncStream = entryv1.Entry_SyncAuthorizedEntriesClient

func (s *suite) sync(t *checking, first *entryv1.SyncAuthorizedEntriesRequest) syncStream {
	stream := get[syncStream](t)(entryv1.NewEntryClient(s.agent).SyncAuthorizedEntries(t.ctx))
	t.must(stream.Send(first))
	return stream
}

func checkAuthorizedEntries(s *suite) {
	var made []*types.Entry
	under := func(parent *types.SPIFFEID, path string, count int) []*types.Entry {
		var entries []*types.Entry
		for i := range count {
			entry := s.entry(path, fmt.Sprint(i))
			entry.ParentId, entry.X509SvidTtl = parent, 600
			entries = append(entries, entry)
		}
		return entries
	}
	s.check("Entry/GetAuthorizedEntries", "ENTRY-AUTHORIZED-01 those of the agent, and of those under it", func(t *checking) {
		entries := append(under(s.agentID, "/child", 1), under(s.id("/child"), "/grandchild", 1)...)
		for _, result := range s.create(t, append(entries, s.entry("/stranger", "1"))...) {
			t.ok(result.Status)
			made = append(made, result.Entry)
		}
		request := &entryv1.GetAuthorizedEntriesRequest{OutputMask: agentMask}
		answer := get[*entryv1.GetAuthorizedEntriesResponse](t)(entryv1.NewEntryClient(s.agent).GetAuthorizedEntries(t.ctx, request))
		paths := map[string]bool{}
		for _, entry := range answer.Entries {
			paths[entry.SpiffeId.Path] = true
			t.that(entry.ParentId == nil && entry.X509SvidTtl == 0, "it has what nobody asked for")
			t.that(entry.CreatedAt != 0, "it has no time of creation")
		}
		t.equal(paths, map[string]bool{"/child": true, "/grandchild": true})
	})
	s.check("Entry/SyncAuthorizedEntries", "ENTRY-SYNC-01 sends a few at once, and ends", func(t *checking) {
		stream := s.sync(t, &entryv1.SyncAuthorizedEntriesRequest{OutputMask: agentMask})
		answer := get[*entryv1.SyncAuthorizedEntriesResponse](t)(stream.Recv())
		t.equal(len(answer.Entries), 2)
		t.that(!answer.More && len(answer.EntryRevisions) == 0, "there is more to it")
		t.that(errors.Is(errorOf(stream.Recv()), io.EOF), "the stream goes on")
	})
	s.check("Entry/SyncAuthorizedEntries", "ENTRY-SYNC-03 refuses a first message with IDs, and a mask without revisions", func(t *checking) {
		err := errorOf(s.sync(t, &entryv1.SyncAuthorizedEntriesRequest{Ids: []string{"a"}}).Recv())
		t.refused(err, codes.InvalidArgument, "specifying IDs on initial request is not supported")
		err = errorOf(s.sync(t, &entryv1.SyncAuthorizedEntriesRequest{OutputMask: &types.EntryMask{}}).Recv())
		t.refused(err, codes.InvalidArgument, "revision number cannot be masked")
	})
	s.check("Entry/SyncAuthorizedEntries", "ENTRY-SYNC-02 sends revisions of many, and of them what is asked for", func(t *checking) {
		for _, result := range s.create(t, under(s.agentID, "/many", 2*pageSize)...) {
			t.ok(result.Status)
			made = append(made, result.Entry)
		}
		stream := s.sync(t, &entryv1.SyncAuthorizedEntriesRequest{OutputMask: agentMask})
		var ids []string
		for {
			answer := get[*entryv1.SyncAuthorizedEntriesResponse](t)(stream.Recv())
			t.that(len(answer.Entries) == 0, "entries among the revisions")
			t.equal(len(answer.EntryRevisions) == pageSize, answer.More)
			for _, revision := range answer.EntryRevisions {
				t.that(revision.CreatedAt != 0, "no time of creation")
				ids = append(ids, revision.Id)
			}
			if !answer.More {
				break
			}
		}
		t.equal(len(ids), 2*pageSize+2)
		asked := append([]string{"absent"}, ids[:pageSize-1]...)
		t.must(stream.Send(&entryv1.SyncAuthorizedEntriesRequest{Ids: asked}))
		answer := get[*entryv1.SyncAuthorizedEntriesResponse](t)(stream.Recv())
		t.equal(len(answer.Entries), pageSize-1)
		t.that(!answer.More && len(answer.EntryRevisions) == 0, "there is more to it")
		t.that(answer.Entries[0].ParentId == nil, "the mask is that of the first message")
		t.must(stream.Send(&entryv1.SyncAuthorizedEntriesRequest{Ids: []string{"absent"}}))
		answer = get[*entryv1.SyncAuthorizedEntriesResponse](t)(stream.Recv())
		t.that(len(answer.Entries) == 0 && !answer.More, "what is not there comes as an empty page")
		t.must(stream.CloseSend())
		t.that(errors.Is(errorOf(stream.Recv()), io.EOF), "the stream goes on")
	})
	s.check("Entry/BatchDeleteEntry", "takes a thousand", func(t *checking) { s.remove(t, made...) })
	s.check("Entry/SyncAuthorizedEntries", "ENTRY-SYNC-01 an agent that has none gets an empty message", func(t *checking) {
		answer := get[*entryv1.SyncAuthorizedEntriesResponse](t)(s.sync(t, &entryv1.SyncAuthorizedEntriesRequest{}).Recv())
		t.that(len(answer.Entries) == 0 && len(answer.EntryRevisions) == 0 && !answer.More, "it has something")
	})
}
