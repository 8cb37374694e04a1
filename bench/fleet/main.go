// fleet simulates the agents of many nodes on one server. Each is a connection of its own that attests by join token,
// reads its entries, has their SVIDs signed and renewed, watches for changes, and comes back when the server was away.
//
// It joins all agents and then obeys lines on its standard input, each answered by a line of JSON:
//
//	measure    begins to count
//	report     what was counted since
//	restarted  waits until every agent is served by a server that was started anew
package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	agentv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/agent/v1"
	bundlev1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/bundle/v1"
	entryv1 "github.com/spiffe/spire-api-sdk/proto/spire/api/server/entry/v1"
	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const (
	tokenTTL        = 3600
	entriesPerCall  = 1000
	recoveryTimeout = 2 * time.Minute
)

type options struct {
	socket, address, trustDomain, protos string
	agents, entries, atOnce              int
}

func main() {
	var o options
	flag.StringVar(&o.socket, "sock", "", "the server's admin socket")
	flag.StringVar(&o.address, "addr", "", "the server's address for agents")
	flag.StringVar(&o.trustDomain, "td", "example.org", "trust domain")
	flag.StringVar(&o.protos, "proto", "proto", "directory of the .proto files")
	flag.IntVar(&o.agents, "agents", 1000, "how many agents")
	flag.IntVar(&o.entries, "entries", 20, "how many entries each of them has")
	flag.IntVar(&o.atOnce, "at-once", 100, "how many join at once")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	admin, err := grpc.NewClient("unix:"+o.socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer admin.Close()
	f := &fleet{ctx: ctx, address: o.address, trustDomain: o.trustDomain, meter: &meter{}, back: make(chan time.Time, o.agents)}
	if f.roots, err = fetchRoots(ctx, admin); err != nil {
		return err
	}
	if f.updates, err = compileUpdates(ctx, o.protos); err != nil {
		return err
	}
	tokens, err := prepare(ctx, admin, o)
	if err != nil {
		return err
	}
	startedAt := time.Now()
	agents, err := f.join(tokens, o.atOnce)
	if err != nil {
		return err
	}
	report := f.meter.read()
	report["joined_ms"] = time.Since(startedAt).Milliseconds()
	print(report)
	for _, agent := range agents {
		go agent.run()
	}
	return f.obey(o.agents)
}

func fetchRoots(ctx context.Context, admin *grpc.ClientConn) (*x509.CertPool, error) {
	bundle, err := bundlev1.NewBundleClient(admin).GetBundle(ctx, &bundlev1.GetBundleRequest{})
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	for _, authority := range bundle.GetX509Authorities() {
		certificate, err := x509.ParseCertificate(authority.GetAsn1())
		if err != nil {
			return nil, err
		}
		roots.AddCert(certificate)
	}
	return roots, nil
}

// prepare makes a join token for each agent, and registers its entries under the identity it will have.
func prepare(ctx context.Context, admin *grpc.ClientConn, o options) ([]string, error) {
	tokens := make([]string, o.agents)
	var entries []*types.Entry
	for i := range tokens {
		token, err := agentv1.NewAgentClient(admin).CreateJoinToken(ctx, &agentv1.CreateJoinTokenRequest{Ttl: tokenTTL})
		if err != nil {
			return nil, err
		}
		tokens[i] = token.GetValue()
		parent := &types.SPIFFEID{TrustDomain: o.trustDomain, Path: "/spire/agent/join_token/" + token.GetValue()}
		for n := range o.entries {
			entries = append(entries, &types.Entry{
				ParentId:  parent,
				SpiffeId:  &types.SPIFFEID{TrustDomain: o.trustDomain, Path: fmt.Sprintf("/fleet/service-%d/%d", n, i)},
				Selectors: []*types.Selector{{Type: "unix", Value: fmt.Sprintf("uid:%d", 1000+n)}, {Type: "unix", Value: fmt.Sprintf("path:/usr/local/bin/service-%d", n)}},
			})
		}
	}
	for start := 0; start < len(entries); start += entriesPerCall {
		batch := entries[start:min(start+entriesPerCall, len(entries))]
		response, err := entryv1.NewEntryClient(admin).BatchCreateEntry(ctx, &entryv1.BatchCreateEntryRequest{Entries: batch, OutputMask: &types.EntryMask{}})
		if err != nil {
			return nil, err
		}
		for _, result := range response.GetResults() {
			if result.GetStatus().GetCode() != 0 {
				return nil, errors.New(result.GetStatus().GetMessage())
			}
		}
	}
	return tokens, nil
}

// join has all agents join, so many of them at once.
func (f *fleet) join(tokens []string, atOnce int) ([]*simulatedAgent, error) {
	agents := make([]*simulatedAgent, len(tokens))
	failures := make([]error, len(tokens))
	turns := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i, token := range tokens {
		agents[i] = &simulatedAgent{fleet: f}
		all.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			failures[i] = agents[i].join(token)
		})
	}
	all.Wait()
	failed := slices.DeleteFunc(failures, func(err error) bool { return err == nil })
	if len(failed) > 0 {
		return nil, fmt.Errorf("%d of %d agents could not join, the first because: %w", len(failed), len(tokens), failed[0])
	}
	return agents, nil
}

// obey answers each line of the standard input, until its end.
func (f *fleet) obey(agents int) error {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		switch lines.Text() {
		case "measure":
			f.meter.read()
			print(map[string]any{})
		case "report":
			print(f.meter.read())
		case "restarted":
			f.restarts.Add(1)
			moments, err := f.awaitBack(agents)
			if err != nil {
				return err
			}
			median, last := quantiles(moments)
			print(map[string]any{"median_at_ms": median, "last_at_ms": last})
		default:
			return fmt.Errorf("%q is no command", lines.Text())
		}
	}
	return lines.Err()
}

func (f *fleet) awaitBack(agents int) ([]time.Time, error) {
	var moments []time.Time
	timeout := time.After(recoveryTimeout)
	for len(moments) < agents {
		select {
		case moment := <-f.back:
			moments = append(moments, moment)
		case <-timeout:
			return nil, fmt.Errorf("only %d of %d agents are back", len(moments), agents)
		}
	}
	return moments, nil
}

func print(line map[string]any) {
	text, _ := json.Marshal(line)
	fmt.Println(string(text))
}
