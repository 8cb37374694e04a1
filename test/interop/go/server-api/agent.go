package main

import (
	"crypto/x509"
	"strings"
	"time"

	agentv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/agent/v1"
	entryv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/entry/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func checkAgent(s *suite) {
	agents := agentv1.NewAgentClient(s.local)
	second, err := s.newAgent()
	if err != nil {
		fail(err)
	}
	secondID := s.id(second.ID.Path())

	s.check("Agent/CountAgents", "AGENT-LIST-01..02 counts what each filter lets through", func(t *checking) {
		count := func(filter *agentv1.CountAgentsRequest_Filter) int32 {
			return get[*agentv1.CountAgentsResponse](t)(agents.CountAgents(t.ctx, &agentv1.CountAgentsRequest{Filter: filter})).Count
		}
		t.equal(count(nil), int32(2))
		type filter = agentv1.CountAgentsRequest_Filter
		t.equal(count(&filter{ByAttestationType: "join_token"}), int32(2))
		t.equal(count(&filter{ByAttestationType: "x509pop"}), int32(0))
		t.equal(count(&filter{ByBanned: wrapperspb.Bool(true)}), int32(0))
		t.equal(count(&filter{ByBanned: wrapperspb.Bool(false)}), int32(2))
		t.equal(count(&filter{ByCanReattest: wrapperspb.Bool(true)}), int32(0))
		t.equal(count(&filter{ByCanReattest: wrapperspb.Bool(false)}), int32(2))
		t.equal(count(&filter{ByExpiresBefore: "2001-02-03 04:05:06 +0000 +00"}), int32(0))
		t.equal(count(&filter{ByExpiresBefore: "2901-02-03 04:05:06 +0000 +00"}), int32(2))
		t.equal(count(&filter{ByExpiresBefore: "tomorrow"}), int32(2))
		selectors := &types.SelectorMatch{Selectors: []*types.Selector{{Type: "a", Value: "1"}}, Match: types.SelectorMatch_MATCH_ANY}
		t.equal(count(&filter{BySelectorMatch: selectors}), int32(0))
	})
	s.check("Agent/CountAgents", "AGENT-LIST-03 refuses a filter of no selectors", func(t *checking) {
		_, err := agents.CountAgents(t.ctx, &agentv1.CountAgentsRequest{Filter: &agentv1.CountAgentsRequest_Filter{BySelectorMatch: &types.SelectorMatch{}}})
		t.refused(err, codes.InvalidArgument, "malformed filter: empty selector set")
	})
	s.check("Agent/ListAgents", "AGENT-LIST-04 shows of each what the mask names", func(t *checking) {
		answer := get[*agentv1.ListAgentsResponse](t)(agents.ListAgents(t.ctx, &agentv1.ListAgentsRequest{OutputMask: &types.AgentMask{AttestationType: true}}))
		t.equal(len(answer.Agents), 2)
		t.equal(answer.Agents[1], &types.Agent{Id: secondID, AttestationType: "join_token"})
		t.equal(answer.NextPageToken, "")
	})
	s.check("Agent/ListAgents", "AGENT-LIST-05 pages end with an empty one", func(t *checking) {
		var ids []string
		token, sizes := "", []int{}
		for {
			answer := get[*agentv1.ListAgentsResponse](t)(agents.ListAgents(t.ctx, &agentv1.ListAgentsRequest{PageSize: 1, PageToken: token}))
			sizes = append(sizes, len(answer.Agents))
			for _, agent := range answer.Agents {
				ids = append(ids, agent.Id.Path)
			}
			if token = answer.NextPageToken; token == "" {
				break
			}
		}
		t.equal(sizes, []int{1, 1, 0})
		t.equal(ids, []string{s.agentID.Path, secondID.Path})
		t.refusedWith(errorOf(agents.ListAgents(t.ctx, &agentv1.ListAgentsRequest{PageSize: 1, PageToken: "x"})), codes.InvalidArgument, "could not parse token")
	})
	s.check("Agent/GetAgent", "AGENT-LIST-04 AGENT-LIST-06 shows all of an agent", func(t *checking) {
		agent := get[*types.Agent](t)(agents.GetAgent(t.ctx, &agentv1.GetAgentRequest{Id: secondID}))
		t.equal(agent, &types.Agent{
			Id:                   secondID,
			AttestationType:      "join_token",
			X509SvidSerialNumber: second.Certificates[0].SerialNumber.String(),
			X509SvidExpiresAt:    second.Certificates[0].NotAfter.Unix(),
		})
		masked := get[*types.Agent](t)(agents.GetAgent(t.ctx, &agentv1.GetAgentRequest{Id: secondID, OutputMask: &types.AgentMask{}}))
		t.equal(masked, &types.Agent{Id: secondID})
	})
	absent := s.id("/spire/agent/join_token/absent")
	refuses := func(rpc string, call func(id *types.SPIFFEID) error) {
		s.check(rpc, "AGENT-NAME-01 refuses what is no ID of an agent, and one that is not there", func(t *checking) {
			t.refused(call(nil), codes.InvalidArgument, "invalid agent ID: request must specify SPIFFE ID")
			for _, id := range []*types.SPIFFEID{s.id("/workload"), s.id(""), {TrustDomain: "other.test", Path: absent.Path}, {TrustDomain: "?"}} {
				t.refusedWith(call(id), codes.InvalidArgument, "invalid agent ID: ")
			}
			t.refused(call(absent), codes.NotFound, "agent not found")
		})
	}
	refuses("Agent/GetAgent", func(id *types.SPIFFEID) error {
		return errorOf(agents.GetAgent(s.ctx, &agentv1.GetAgentRequest{Id: id}))
	})
	refuses("Agent/DeleteAgent", func(id *types.SPIFFEID) error {
		return errorOf(agents.DeleteAgent(s.ctx, &agentv1.DeleteAgentRequest{Id: id}))
	})
	refuses("Agent/BanAgent", func(id *types.SPIFFEID) error {
		return errorOf(agents.BanAgent(s.ctx, &agentv1.BanAgentRequest{Id: id}))
	})

	s.check("Agent/BanAgent", "AGENT-BAN-01 AGENT-LIST-06 shuts out an agent whose connection is open", func(t *checking) {
		conn := get[*connection](t)(s.connect(second))
		defer conn.Close()
		entries := entryv1.NewEntryClient(conn)
		t.must(errorOf(entries.GetAuthorizedEntries(t.ctx, &entryv1.GetAuthorizedEntriesRequest{})))
		t.must(errorOf(agents.BanAgent(t.ctx, &agentv1.BanAgentRequest{Id: secondID})))
		t.denied(errorOf(entries.GetAuthorizedEntries(t.ctx, &entryv1.GetAuthorizedEntriesRequest{})), types.PermissionDeniedDetails_AGENT_BANNED)
		agent := get[*types.Agent](t)(agents.GetAgent(t.ctx, &agentv1.GetAgentRequest{Id: secondID}))
		t.that(agent.Banned, "it is not banned")
		t.equal(agent.X509SvidSerialNumber, "")
	})
	s.check("Agent/DeleteAgent", "AGENT-DELETE-01 takes the record, and so the rights", func(t *checking) {
		svid := get[*agentSVID](t)(s.newAgent())
		conn := get[*connection](t)(s.connect(svid))
		defer conn.Close()
		status := func() error {
			return errorOf(agentv1.NewAgentClient(conn).PostStatus(t.ctx, &agentv1.PostStatusRequest{}))
		}
		t.must(status())
		t.must(errorOf(agents.DeleteAgent(t.ctx, &agentv1.DeleteAgentRequest{Id: s.id(svid.ID.Path())})))
		t.denied(status(), types.PermissionDeniedDetails_AGENT_NOT_ATTESTED)
	})
	s.check("Agent/PostStatus", "AGENT-STATUS-01 keeps the version", func(t *checking) {
		client := agentv1.NewAgentClient(s.agent)
		t.must(errorOf(client.PostStatus(t.ctx, &agentv1.PostStatusRequest{CurrentBundleSerial: 7, AgentVersion: "1.15.3"})))
		agent := get[*types.Agent](t)(agents.GetAgent(t.ctx, &agentv1.GetAgentRequest{Id: s.agentID}))
		t.equal(agent.AgentVersion, "1.15.3")
		t.must(errorOf(client.PostStatus(t.ctx, &agentv1.PostStatusRequest{AgentVersion: strings.Repeat("v", 255)})))
		err := errorOf(client.PostStatus(t.ctx, &agentv1.PostStatusRequest{AgentVersion: strings.Repeat("v", 256)}))
		t.refusedWith(err, codes.InvalidArgument, "agent version is too long")
	})
}

func checkAttestation(s *suite) {
	agents := agentv1.NewAgentClient(s.local)
	csr := newCSR(newKey(), &x509.CertificateRequest{})

	s.check("Agent/CreateJoinToken", "AGENT-TOKEN-01 makes a token, or takes the one given", func(t *checking) {
		answer := get[*types.JoinToken](t)(agents.CreateJoinToken(t.ctx, &agentv1.CreateJoinTokenRequest{Ttl: 60}))
		t.equal(len(answer.Value), 36)
		rest := time.Until(time.Unix(answer.ExpiresAt, 0))
		t.that(rest > 0 && rest <= 61*time.Second, "it ends in "+rest.String())
		given := get[*types.JoinToken](t)(agents.CreateJoinToken(t.ctx, &agentv1.CreateJoinTokenRequest{Ttl: 60, Token: "of-my-own"}))
		t.equal(given.Value, "of-my-own")
	})
	s.check("Agent/CreateJoinToken", "AGENT-TOKEN-02 refuses to make one that has no life, or an ID of the system", func(t *checking) {
		create := func(request *agentv1.CreateJoinTokenRequest) error {
			return errorOf(agents.CreateJoinToken(t.ctx, request))
		}
		t.refused(create(&agentv1.CreateJoinTokenRequest{}), codes.InvalidArgument, "ttl is required, you must provide one")
		t.refused(create(&agentv1.CreateJoinTokenRequest{Ttl: -1}), codes.InvalidArgument, "ttl is required, you must provide one")
		t.refusedWith(create(&agentv1.CreateJoinTokenRequest{Ttl: 60, AgentId: s.id("/spire/agent/x")}), codes.InvalidArgument, "invalid agent ID: ")
	})
	s.check("Agent/CreateJoinToken", "AGENT-DELETE-02 AGENT-TOKEN-03 an alias makes the agent one of a group", func(t *checking) {
		alias := s.id("/group")
		token := get[string](t)(s.newToken(alias))
		svid := get[*agentSVID](t)(s.join(token))
		entries := get[*entryv1.ListEntriesResponse](t)(entryv1.NewEntryClient(s.local).ListEntries(t.ctx, &entryv1.ListEntriesRequest{
			Filter: &entryv1.ListEntriesRequest_Filter{BySpiffeId: alias},
		})).Entries
		t.equal(len(entries), 1)
		t.equal(entries[0].ParentId, s.id("/spire/agent/join_token/"+token))
		t.equal(entries[0].Selectors[0], &types.Selector{Type: "spiffe_id", Value: svid.ID.String()})
		t.must(errorOf(agents.DeleteAgent(t.ctx, &agentv1.DeleteAgentRequest{Id: s.id(svid.ID.Path())})))
		_, err := entryv1.NewEntryClient(s.local).GetEntry(t.ctx, &entryv1.GetEntryRequest{Id: entries[0].Id})
		t.refused(err, codes.NotFound, "entry not found")
	})

	s.check("Agent/AttestAgent", "AGENT-ATTEST-01 a join token makes an agent, once", func(t *checking) {
		token := get[string](t)(s.newToken(nil))
		answer := get[*agentv1.AttestAgentResponse](t)(s.attest(joinParams(token, csr)))
		t.that(!answer.GetResult().GetReattestable(), "a token is good once")
		svid := answer.GetResult().GetSvid()
		t.equal(svid.Id, s.id("/spire/agent/join_token/"+token))
		chain := get[[]*x509.Certificate](t)(parseChain(svid.CertChain))
		t.equal(chain[0].Subject.String(), "O=SPIRE,C=US")
		t.equal(svid.ExpiresAt, chain[0].NotAfter.Unix())
		used := "failed to attest: join token does not exist or has already been used"
		another := newCSR(newKey(), &x509.CertificateRequest{})
		t.refused(errorOf(s.attest(joinParams(token, another))), codes.InvalidArgument, used)
		t.refused(errorOf(s.attest(joinParams("never-made", csr))), codes.InvalidArgument, used)
	})
	s.check("Agent/AttestAgent", "AGENT-ATTEST-02 refuses a token past its end", func(t *checking) {
		token := get[*types.JoinToken](t)(agents.CreateJoinToken(t.ctx, &agentv1.CreateJoinTokenRequest{Ttl: 1})).Value
		time.Sleep(2 * time.Second)
		t.refused(errorOf(s.attest(joinParams(token, csr))), codes.InvalidArgument, "join token expired")
	})
	s.check("Agent/AttestAgent", "AGENT-ATTEST-03 refuses a type that it does not know", func(t *checking) {
		request := joinParams("x", csr)
		request.GetParams().Data.Type = "unheard_of"
		t.refused(errorOf(s.attest(request)), codes.FailedPrecondition, `error getting node attestor: could not find node attestor type "unheard_of"`)
	})
	type params = agentv1.AttestAgentRequest_Params
	data := &types.AttestationData{Type: "join_token", Payload: []byte("x")}
	given := &agentv1.AgentX509SVIDParams{Csr: csr}
	missing := []struct {
		what   string
		params *params
	}{
		{"params", nil},
		{"attestation data", &params{Params: given}},
		{"X509-SVID parameters", &params{Data: data}},
		{"CSR", &params{Data: data, Params: &agentv1.AgentX509SVIDParams{}}},
		{"attestation data type", &params{Data: &types.AttestationData{Payload: data.Payload}, Params: given}},
		{"attestation data payload", &params{Data: &types.AttestationData{Type: "join_token"}, Params: given}},
	}
	for _, each := range missing {
		s.check("Agent/AttestAgent", "AGENT-ATTEST-04 says that it misses "+each.what, func(t *checking) {
			request := &agentv1.AttestAgentRequest{}
			if each.params != nil {
				request.Step = &agentv1.AttestAgentRequest_Params_{Params: each.params}
			}
			t.refused(errorOf(s.attest(request)), codes.InvalidArgument, "malformed param: missing "+each.what)
		})
	}

	s.check("Agent/RenewAgent", "AGENT-RENEW-01 the old SVID is good until the new one is used", func(t *checking) {
		old := get[*agentSVID](t)(s.newAgent())
		conn := get[*connection](t)(s.connect(old))
		defer conn.Close()
		client := agentv1.NewAgentClient(conn)
		key := newKey()
		renew := &agentv1.RenewAgentRequest{Params: &agentv1.AgentX509SVIDParams{Csr: newCSR(key, &x509.CertificateRequest{})}}
		renewed := get[*agentSVID](t)(svidOf(get[*agentv1.RenewAgentResponse](t)(client.RenewAgent(t.ctx, renew)).Svid, key))
		t.equal(renewed.ID, old.ID)
		t.must(errorOf(client.PostStatus(t.ctx, &agentv1.PostStatusRequest{})))
		next := get[*connection](t)(s.connect(renewed))
		defer next.Close()
		t.must(errorOf(agentv1.NewAgentClient(next).PostStatus(t.ctx, &agentv1.PostStatusRequest{})))
		t.denied(errorOf(client.PostStatus(t.ctx, &agentv1.PostStatusRequest{})), types.PermissionDeniedDetails_AGENT_NOT_ACTIVE)
	})
	s.check("Agent/RenewAgent", "AGENT-RENEW-02 refuses what has no CSR, or no good one", func(t *checking) {
		client := agentv1.NewAgentClient(s.agent)
		renew := func(params *agentv1.AgentX509SVIDParams) error {
			return errorOf(client.RenewAgent(t.ctx, &agentv1.RenewAgentRequest{Params: params}))
		}
		t.refused(renew(nil), codes.InvalidArgument, "params cannot be nil")
		t.refused(renew(&agentv1.AgentX509SVIDParams{}), codes.InvalidArgument, "missing CSR")
		t.refusedWith(renew(&agentv1.AgentX509SVIDParams{Csr: []byte("x")}), codes.InvalidArgument, "failed to parse CSR")
	})
	for _, caller := range []struct {
		kind string
		conn *connection
	}{{"a workload", s.admin}, {"a downstream server", s.downstream}} {
		s.check("Agent/RenewAgent", "AGENT-RENEW-03 tells "+caller.kind+" that it is not attested", func(t *checking) {
			_, err := agentv1.NewAgentClient(caller.conn).RenewAgent(t.ctx, &agentv1.RenewAgentRequest{})
			t.denied(err, types.PermissionDeniedDetails_AGENT_NOT_ATTESTED)
		})
	}
}
