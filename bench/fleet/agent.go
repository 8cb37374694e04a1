package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	agentv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/agent/v1"
	bundlev1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/bundle/v1"
	entryv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/entry/v1"
	svidv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/svid/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const (
	callTimeout = 30 * time.Second
	// While it is told of changes, an agent reads everything anew this often.
	syncInterval = 60 * time.Second
	// What was begun together does not stay in step.
	syncJitter    = 0.1
	renewalJitter = 0.05
	// Before the next stream, and the next connection.
	firstWait, waitFactor      = 500 * time.Millisecond, 1.6
	longestWait, longestRedial = 1 * time.Second, 2 * time.Second
)

// fleet is what all agents have in common.
type fleet struct {
	ctx         context.Context
	address     string
	trustDomain string
	roots       *x509.CertPool
	updates     *updatesAPI
	meter       *meter
	// restarts says how often the server was started anew.
	restarts atomic.Int64
	// back has the moment at which each agent was served again after a restart.
	back chan time.Time
}

// simulatedAgent asks the server what an agent asks it, and keeps of the answers what it needs to ask again.
type simulatedAgent struct {
	*fleet
	id          *types.SPIFFEID
	certificate atomic.Pointer[tls.Certificate]
	renewAt     time.Time

	mutex    sync.Mutex
	conn     *grpc.ClientConn
	entries  map[string]*entry
	revision int64
	restart  int64
}

type entry struct {
	revision int64
	path     string
	renewAt  time.Time
}

// join attests by join token, reads its entries and has an SVID signed for each.
func (a *simulatedAgent) join(token string) error {
	if err := a.connect(); err != nil {
		return err
	}
	if err := a.attest(token); err != nil {
		return fmt.Errorf("attest: %w", err)
	}
	if err := a.connect(); err != nil {
		return err
	}
	if err := a.sync(); err != nil {
		return fmt.Errorf("sync: %w", err)
	}
	if err := a.signDue(); err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	a.spreadRenewals()
	return nil
}

// run keeps everything as an agent does, until the fleet ends.
func (a *simulatedAgent) run() {
	go a.followUpdates()
	syncAt := time.Now().Add(jittered(syncInterval, 1)) // anywhere in its first minute, as after a long time
	for {
		due := a.nextRenewal()
		if syncAt.Before(due) {
			due = syncAt
		}
		if !a.sleep(time.Until(due)) {
			return
		}
		if now := time.Now(); !now.Before(syncAt) {
			a.attempt("sync", a.sync)
			syncAt = now.Add(jittered(syncInterval, syncJitter))
		}
		if !time.Now().Before(a.renewAt) {
			a.attempt("renew agent", a.renew)
		}
		a.attempt("sign", a.signDue)
	}
}

// attempt counts a failure; what was due is due again a little later.
func (a *simulatedAgent) attempt(what string, work func() error) {
	if err := work(); err != nil && a.ctx.Err() == nil {
		a.meter.failed(what, err)
		a.sleep(jittered(2*time.Second, 0.5))
	}
}

// connect puts a connection with the identity of now in the place of the one before.
func (a *simulatedAgent) connect() error {
	present := func() *tls.Certificate { return a.certificate.Load() }
	wait := backoff.Config{BaseDelay: firstWait, Multiplier: waitFactor, Jitter: 0.5, MaxDelay: longestRedial}
	conn, err := grpc.NewClient("passthrough:///"+a.address,
		grpc.WithTransportCredentials(credentials.NewTLS(serverTrust(a.trustDomain, a.roots, present))),
		grpc.WithContextDialer(a.meter.dial),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: wait, MinConnectTimeout: callTimeout}))
	if err != nil {
		return err
	}
	a.mutex.Lock()
	before := a.conn
	a.conn = conn
	a.mutex.Unlock()
	if before != nil {
		before.Close()
	}
	return nil
}

func (a *simulatedAgent) connection() *grpc.ClientConn {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.conn
}

func (a *simulatedAgent) deadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(a.ctx, callTimeout)
}

func (a *simulatedAgent) attest(token string) error {
	ctx, cancel := a.deadline()
	defer cancel()
	key, csr, err := newRequest("")
	if err != nil {
		return err
	}
	stream, err := agentv1.NewAgentClient(a.connection()).AttestAgent(ctx)
	if err != nil {
		return err
	}
	params := &agentv1.AttestAgentRequest_Params{
		Data:   &types.AttestationData{Type: "join_token", Payload: []byte(token)},
		Params: &agentv1.AgentX509SVIDParams{Csr: csr},
	}
	step := &agentv1.AttestAgentRequest_Params_{Params: params}
	if err := stream.Send(&agentv1.AttestAgentRequest{Step: step}); err != nil {
		return err
	}
	response, err := stream.Recv()
	if err != nil {
		return err
	}
	svid := response.GetResult().GetSvid()
	a.id = svid.GetId()
	a.take(&tls.Certificate{Certificate: svid.GetCertChain(), PrivateKey: key}, svid.GetExpiresAt())
	return nil
}

// renew has the agent's own SVID signed anew, and shows it from then on.
func (a *simulatedAgent) renew() error {
	ctx, cancel := a.deadline()
	defer cancel()
	key, csr, err := newRequest("")
	if err != nil {
		return err
	}
	request := &agentv1.RenewAgentRequest{Params: &agentv1.AgentX509SVIDParams{Csr: csr}}
	response, err := agentv1.NewAgentClient(a.connection()).RenewAgent(ctx, request)
	if err != nil {
		return err
	}
	svid := response.GetSvid()
	a.take(&tls.Certificate{Certificate: svid.GetCertChain(), PrivateKey: key}, svid.GetExpiresAt())
	a.meter.renewedAgents.Add(1)
	return a.connect()
}

func (a *simulatedAgent) take(certificate *tls.Certificate, expiresAt int64) {
	a.certificate.Store(certificate)
	a.renewAt = halfway(expiresAt)
}

// sync reads all entries of this agent, and the trust bundle.
func (a *simulatedAgent) sync() error {
	ctx, cancel := a.deadline()
	defer cancel()
	conn := a.connection()
	stream, err := entryv1.NewEntryClient(conn).SyncAuthorizedEntries(ctx)
	if err != nil {
		return err
	}
	mask := &types.EntryMask{SpiffeId: true, Selectors: true, FederatesWith: true, RevisionNumber: true, StoreSvid: true, Hint: true, CreatedAt: true}
	if err := stream.Send(&entryv1.SyncAuthorizedEntriesRequest{OutputMask: mask}); err != nil {
		return err
	}
	response, err := stream.Recv()
	if err != nil {
		return err
	}
	if len(response.GetEntryRevisions()) > 0 {
		return fmt.Errorf("more entries than a simulated agent has")
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	if _, err := stream.Recv(); err != io.EOF {
		return fmt.Errorf("the stream of entries goes on: %v", err)
	}
	known := make(map[string]*entry, len(response.GetEntries()))
	a.mutex.Lock()
	for _, one := range response.GetEntries() {
		known[one.GetId()] = a.updated(one.GetId(), one.GetSpiffeId().GetPath(), one.GetRevisionNumber())
	}
	a.entries = known
	a.mutex.Unlock()
	a.meter.syncs.Add(1)
	_, err = bundlev1.NewBundleClient(conn).GetBundle(ctx, &bundlev1.GetBundleRequest{})
	return err
}

// updated is the entry as it was if it is that, else one whose SVID is to be signed at once.
func (a *simulatedAgent) updated(id, path string, revision int64) *entry {
	if known := a.entries[id]; known != nil && known.revision == revision {
		return known
	}
	return &entry{revision: revision, path: path}
}

// signDue has SVIDs signed for all entries that are due, in one call.
func (a *simulatedAgent) signDue() error {
	var ids []string
	a.mutex.Lock()
	for id, one := range a.entries {
		if !time.Now().Before(one.renewAt) {
			ids = append(ids, id)
		}
	}
	a.mutex.Unlock()
	return a.sign(ids)
}

func (a *simulatedAgent) sign(ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	paths := make([]string, len(ids))
	a.mutex.Lock()
	for i, id := range ids {
		if one := a.entries[id]; one != nil {
			paths[i] = one.path
		}
	}
	a.mutex.Unlock()
	params := make([]*svidv1.NewX509SVIDParams, len(ids))
	for i, id := range ids {
		_, csr, err := newRequest("spiffe://" + a.trustDomain + paths[i])
		if err != nil {
			return err
		}
		params[i] = &svidv1.NewX509SVIDParams{EntryId: id, Csr: csr}
	}
	ctx, cancel := a.deadline()
	defer cancel()
	response, err := svidv1.NewSVIDClient(a.connection()).BatchNewX509SVID(ctx, &svidv1.BatchNewX509SVIDRequest{Params: params})
	if err != nil {
		return err
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for i, result := range response.GetResults() {
		if code := codes.Code(result.GetStatus().GetCode()); code != codes.OK {
			return status.Error(code, result.GetStatus().GetMessage())
		}
		a.meter.signed.Add(1)
		if one := a.entries[ids[i]]; one != nil {
			one.renewAt = halfway(result.GetSvid().GetExpiresAt())
		}
	}
	return nil
}

// spreadRenewals makes a fleet that joined a moment ago one that has run for long: what is renewed once in half a
// lifetime is due at any moment of it.
func (a *simulatedAgent) spreadRenewals() {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for _, one := range a.entries {
		one.renewAt = time.Now().Add(jittered(time.Until(one.renewAt), 1))
	}
	a.renewAt = time.Now().Add(jittered(time.Until(a.renewAt), 1))
}

func (a *simulatedAgent) nextRenewal() time.Time {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	next := a.renewAt
	for _, one := range a.entries {
		if one.renewAt.Before(next) {
			next = one.renewAt
		}
	}
	return next
}

// followUpdates watches the server, again and again.
func (a *simulatedAgent) followUpdates() {
	wait := firstWait
	for a.ctx.Err() == nil {
		openedAt := time.Now()
		if err := a.watch(); err != nil && a.ctx.Err() == nil {
			a.meter.failed("watch", err)
		}
		if time.Since(openedAt) > 5*time.Second {
			wait = firstWait
			continue
		}
		a.sleep(jittered(wait, 0.5))
		wait = min(time.Duration(float64(wait)*waitFactor), longestWait)
	}
}

// watch acts on updates until the stream ends; when it ends well, or this agent has a newer connection, with nil.
func (a *simulatedAgent) watch() error {
	conn, restart := a.connection(), a.restarts.Load()
	ctx, cancel := context.WithCancel(a.ctx)
	defer cancel()
	next, err := a.updates.watch(ctx, conn, a.revision)
	if err != nil {
		return err
	}
	for isFirst := true; ; isFirst = false {
		said, err := next()
		if err == io.EOF || (err != nil && conn != a.connection()) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := a.act(conn, said); err != nil {
			return err
		}
		if isFirst || !said.isOnlyRevision {
			if err := a.acknowledge(conn); err != nil {
				return err
			}
		}
		if isFirst {
			if err := a.isBack(restart); err != nil {
				return err
			}
		}
	}
}

func (a *simulatedAgent) act(conn *grpc.ClientConn, said update) error {
	if said.isResync {
		if err := a.sync(); err != nil {
			return err
		}
	} else if err := a.fetch(conn, said); err != nil {
		return err
	}
	a.revision = said.revision
	if said.isOnlyRevision {
		return nil
	}
	a.meter.updates.Add(1)
	return a.signDue()
}

// fetch reads what an update says has changed.
func (a *simulatedAgent) fetch(conn *grpc.ClientConn, said update) error {
	ctx, cancel := a.deadline()
	defer cancel()
	var fetched []protoreflect.Message
	if len(said.changed) > 0 {
		var err error
		if fetched, err = a.updates.fetchEntries(ctx, conn, said.changed); err != nil {
			return err
		}
	}
	if said.bundleIsNew {
		if _, err := bundlev1.NewBundleClient(conn).GetBundle(ctx, &bundlev1.GetBundleRequest{}); err != nil {
			return err
		}
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for _, id := range said.gone {
		delete(a.entries, id)
	}
	for _, one := range fetched {
		id, path, revision := readEntry(one)
		a.entries[id] = a.updated(id, path, revision)
	}
	return nil
}

func (a *simulatedAgent) acknowledge(conn *grpc.ClientConn) error {
	ctx, cancel := a.deadline()
	defer cancel()
	return a.updates.acknowledge(ctx, conn, a.revision)
}

// isBack reports once after each restart that this agent is told of changes again and gets SVIDs.
func (a *simulatedAgent) isBack(restart int64) error {
	if restart == a.restart {
		return nil
	}
	a.mutex.Lock()
	var ids []string
	for id := range a.entries {
		ids = append(ids, id)
		break
	}
	a.mutex.Unlock()
	if err := a.sign(ids); err != nil {
		return err
	}
	a.restart = restart
	a.back <- time.Now()
	return nil
}

// sleep says whether the fleet goes on.
func (a *simulatedAgent) sleep(wait time.Duration) bool {
	timer := time.NewTimer(max(wait, 0))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-a.ctx.Done():
		return false
	}
}

// halfway from now to an end in Unix seconds, spread a little.
func halfway(end int64) time.Time {
	return time.Now().Add(jittered(time.Until(time.Unix(end, 0))/2, renewalJitter))
}

// jittered spreads a wait by a share both ways; by the share 1 it is anything from 0 to the wait itself.
func jittered(wait time.Duration, share float64) time.Duration {
	if share == 1 {
		return time.Duration(rand.Float64() * float64(wait))
	}
	return time.Duration(float64(wait) * (1 + share*(2*rand.Float64()-1)))
}
