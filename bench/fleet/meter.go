package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/status"
)

// meter counts what all agents together do, between two readings.
type meter struct {
	sent, received atomic.Int64
	handshakes     atomic.Int64
	syncs          atomic.Int64
	signed         atomic.Int64
	renewedAgents  atomic.Int64
	updates        atomic.Int64

	mutex    sync.Mutex
	failures map[string]int
}

// dial counts every byte on the wire, TLS and all.
func (m *meter) dial(ctx context.Context, address string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	m.handshakes.Add(1)
	return &meteredConn{conn, m}, nil
}

type meteredConn struct {
	net.Conn
	meter *meter
}

func (c *meteredConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.meter.received.Add(int64(n))
	return n, err
}

func (c *meteredConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.meter.sent.Add(int64(n))
	return n, err
}

func (m *meter) failed(what string, err error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.failures == nil {
		m.failures = map[string]int{}
	}
	m.failures[fmt.Sprintf("%s: %s", what, status.Code(err))]++
}

// read returns what was counted since the last time.
func (m *meter) read() map[string]any {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	failures := m.failures
	m.failures = nil
	if failures == nil {
		failures = map[string]int{}
	}
	return map[string]any{
		"sent_bytes":     m.sent.Swap(0),
		"received_bytes": m.received.Swap(0),
		"connections":    m.handshakes.Swap(0),
		"syncs":          m.syncs.Swap(0),
		"signed":         m.signed.Swap(0),
		"renewed_agents": m.renewedAgents.Swap(0),
		"updates":        m.updates.Swap(0),
		"failures":       failures,
	}
}

// quantiles of moments, as Unix milliseconds: of the agent in the middle, and of the last one.
func quantiles(moments []time.Time) (median, last int64) {
	slices.SortFunc(moments, time.Time.Compare)
	return moments[len(moments)/2].UnixMilli(), moments[len(moments)-1].UnixMilli()
}
