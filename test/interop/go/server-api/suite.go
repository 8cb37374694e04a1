package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	"github.com/spiffe/spire-api-sdk/proto/spire/api/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// report is one line of the output.
type report struct {
	// RPC is the service and the method, such as Agent/GetAgent.
	RPC     string `json:"rpc"`
	Name    string `json:"name"`
	Outcome string `json:"outcome"`
	Detail  string `json:"detail,omitempty"`
}

type suite struct {
	*environment
	covered map[string]bool
	pending map[string]bool
}

func newSuite(env *environment) *suite {
	s := &suite{environment: env, covered: map[string]bool{}, pending: map[string]bool{}}
	s.findPending()
	return s
}

// stop ends a check that cannot go on.
type stop struct{}

// check runs one check of one RPC, which it must call. What the server does not have yet is reported so.
func (s *suite) check(rpc, name string, body func(t *checking)) {
	s.covered[rpc] = true
	if s.pending[rpc] {
		s.print(report{RPC: rpc, Name: name, Outcome: "not yet"})
		return
	}
	s.calls.reset()
	t := &checking{ctx: s.ctx}
	t.run(body)
	if !s.calls.made(rpc) {
		t.errorf("the check did not call it")
	}
	t.report(s, rpc, name)
}

func (s *suite) print(line report) {
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		fail(err)
	}
}

// checkCoverage fails for each RPC of the SDK that no check is for.
func (s *suite) checkCoverage() {
	var missing []string
	for _, rpc := range serverRPCs() {
		if !s.covered[rpc.short] {
			missing = append(missing, rpc.short)
		}
	}
	sort.Strings(missing)
	for _, rpc := range missing {
		s.print(report{RPC: rpc, Name: "has a check", Outcome: "failed", Detail: "there is none"})
	}
}

// checking collects what is wrong in one check.
type checking struct {
	ctx      context.Context
	problems []string
}

func (t *checking) run(body func(t *checking)) {
	defer func() {
		if recovered := recover(); recovered != nil {
			if _, isStop := recovered.(stop); !isStop {
				t.errorf("panic: %v", recovered)
			}
		}
	}()
	body(t)
}

func (t *checking) report(s *suite, rpc, name string) {
	line := report{RPC: rpc, Name: name, Outcome: "ok"}
	if len(t.problems) > 0 {
		line.Outcome = "failed"
		line.Detail = strings.Join(t.problems, "\n")
	}
	s.print(line)
}

func (t *checking) errorf(format string, args ...any) {
	t.problems = append(t.problems, fmt.Sprintf(format, args...))
}

// must ends the check at an error.
func (t *checking) must(err error) {
	if err != nil {
		t.errorf("%v", err)
		panic(stop{})
	}
}

func (t *checking) equal(got, want any) {
	a, isMessage := got.(proto.Message)
	b, _ := want.(proto.Message)
	same := reflect.DeepEqual(got, want)
	if isMessage {
		same = proto.Equal(a, b)
	}
	if !same {
		t.errorf("got %v, want %v", got, want)
	}
}

func (t *checking) that(holds bool, what string) {
	if !holds {
		t.errorf("%s", what)
	}
}

// refused wants an error of this code and this very text.
func (t *checking) refused(err error, code codes.Code, message string) {
	t.equal(status.Code(err), code)
	t.equal(status.Convert(err).Message(), message)
}

// refusedWith wants an error of this code whose text begins so.
func (t *checking) refusedWith(err error, code codes.Code, prefix string) {
	t.equal(status.Code(err), code)
	if message := status.Convert(err).Message(); !strings.HasPrefix(message, prefix) {
		t.errorf("got %q, want a text that begins with %q", message, prefix)
	}
}

// denied wants a denial whose details have this reason.
func (t *checking) denied(err error, reason types.PermissionDeniedDetails_Reason) {
	t.equal(status.Code(err), codes.PermissionDenied)
	for _, detail := range status.Convert(err).Details() {
		if details, ok := detail.(*types.PermissionDeniedDetails); ok {
			t.equal(details.Reason, reason)
			return
		}
	}
	t.errorf("no PermissionDeniedDetails in %v", err)
}

// item wants the status of one item of a batch to be this; a prefix may end in an asterisk.
func (t *checking) item(got *types.Status, code codes.Code, message string) {
	t.equal(codes.Code(got.GetCode()), code)
	if prefix, cut := strings.CutSuffix(message, "*"); cut {
		t.that(strings.HasPrefix(got.GetMessage(), prefix), fmt.Sprintf("got %q, want %q", got.GetMessage(), message))
		return
	}
	t.equal(got.GetMessage(), message)
}

func (t *checking) ok(got *types.Status) { t.item(got, codes.OK, "OK") }

// get is what a call answers; its error ends the check.
func get[M any](t *checking) func(answer M, err error) M {
	return func(answer M, err error) M {
		t.must(err)
		return answer
	}
}

// errorOf is the error of a call.
func errorOf[M any](_ M, err error) error { return err }

// calls are the methods that a check has called.
type calls struct{ methods []string }

func (c *calls) reset() { c.methods = nil }

func (c *calls) made(rpc string) bool {
	for _, method := range c.methods {
		if strings.HasSuffix(method, "."+rpc) {
			return true
		}
	}
	return false
}

func (c *calls) options() []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithUnaryInterceptor(func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
			c.methods = append(c.methods, method)
			return invoke(ctx, method, req, reply, conn, opts...)
		}),
		grpc.WithStreamInterceptor(func(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
			c.methods = append(c.methods, method)
			return open(ctx, desc, conn, method, opts...)
		}),
	}
}
