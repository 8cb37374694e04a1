package main

import (
	"errors"
	"io"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"
)

const serverPackages = "spire.api.server."

// rpc is a method as its descriptor has it.
type rpc struct {
	// short is the service and the method, such as Agent/GetAgent.
	short  string
	full   string
	method protoreflect.MethodDescriptor
}

// serverRPCs are those of the SDK's packages below spire.api.server, and of the health service.
func serverRPCs() []rpc {
	var found []rpc
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), serverPackages) && file.Package() != "grpc.health.v1" {
			return true
		}
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				method := service.Methods().Get(j)
				found = append(found, rpc{
					short:  string(service.Name()) + "/" + string(method.Name()),
					full:   "/" + string(service.FullName()) + "/" + string(method.Name()),
					method: method,
				})
			}
		}
		return true
	})
	return found
}

// tryEmpty calls a method with a message that has no field, or a stream without one.
func (s *suite) tryEmpty(conn *grpc.ClientConn, rpc rpc) error {
	request, answer := dynamicpb.NewMessage(rpc.method.Input()), dynamicpb.NewMessage(rpc.method.Output())
	if !rpc.method.IsStreamingServer() {
		return conn.Invoke(s.ctx, rpc.full, request, answer)
	}
	desc := &grpc.StreamDesc{ServerStreams: true, ClientStreams: rpc.method.IsStreamingClient()}
	stream, err := conn.NewStream(s.ctx, desc, rpc.full)
	if err != nil {
		return err
	}
	if !rpc.method.IsStreamingClient() {
		if err := stream.SendMsg(request); err != nil {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	if err := stream.RecvMsg(answer); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// rights by the exact method, or else by the service: who may call.
var rights = map[string]string{
	"Agent":                       "local admin",
	"Agent/AttestAgent":           "local admin agent downstream anonymous",
	"Agent/RenewAgent":            "agent",
	"Agent/PostStatus":            "agent",
	"Bundle":                      "local admin",
	"Bundle/GetBundle":            "local admin agent downstream anonymous",
	"Bundle/GetFederatedBundle":   "local admin agent",
	"Bundle/PublishJWTAuthority":  "downstream",
	"Bundle/PublishWITAuthority":  "downstream",
	"Entry":                       "local admin",
	"Entry/GetAuthorizedEntries":  "agent",
	"Entry/SyncAuthorizedEntries": "agent",
	"SVID":                        "local admin",
	"SVID/BatchNewX509SVID":       "agent",
	"SVID/NewJWTSVID":             "agent",
	"SVID/BatchNewWITSVID":        "agent",
	"SVID/NewDownstreamX509CA":    "downstream",
	"TrustDomain":                 "local admin",
	"LocalAuthority":              "local admin",
	"Logger":                      "local",
	"Debug":                       "local",
	"Health":                      "local",
}

// onSocketOnly are the services that the TCP port does not have.
var onSocketOnly = map[string]bool{"Logger": true, "Debug": true, "Health": true}

// unimplemented are methods that SPIRE has, but answers so.
func unimplemented(short string) bool {
	return strings.Contains(short, "WIT") || short == "Health/List" || short == "Health/Watch"
}

// findPending learns which RPCs the server does not have yet, from what it answers a local caller.
func (s *suite) findPending() {
	closed := map[string]bool{}
	rpcs := serverRPCs()
	for _, rpc := range rpcs {
		service, method, _ := strings.Cut(rpc.short, "/")
		isDownstream := rights[rpc.short] == "downstream"
		// Preparing has an effect even without a word: it comes with activating.
		mayBePending := isDownstream ||
			service == "LocalAuthority" && !unimplemented(rpc.short) && !strings.HasPrefix(method, "Prepare")
		closed[rpc.short] = mayBePending && status.Code(s.tryEmpty(s.local, rpc)) == codes.Unimplemented
	}
	for _, rpc := range rpcs {
		twin := strings.Replace(rpc.short, "/Prepare", "/Activate", 1)
		s.pending[rpc.short] = closed[rpc.short] || closed[twin]
	}
}

func checkAccess(s *suite) {
	callers := []struct {
		kind string
		conn *grpc.ClientConn
	}{{"local", s.local}, {"admin", s.admin}, {"agent", s.agent}, {"downstream", s.downstream}, {"anonymous", s.anonymous}}
	for _, rpc := range serverRPCs() {
		for _, caller := range callers {
			s.checkCaller(rpc, caller.kind, caller.conn)
		}
	}
}

func (s *suite) checkCaller(rpc rpc, kind string, conn *grpc.ClientConn) {
	service, _, _ := strings.Cut(rpc.short, "/")
	allowed, exact := rights[rpc.short]
	if !exact {
		allowed = rights[service]
	}
	isAllowed := strings.Contains(" "+allowed+" ", " "+kind+" ")
	verb := map[bool]string{true: "is open to", false: "is refused to"}[isAllowed]
	if onSocketOnly[service] && kind != "local" {
		verb = "is not there for"
	}
	s.checkWithoutCover(rpc.short, verb+" a caller of kind "+kind, func(t *checking) {
		err := s.tryEmpty(conn, rpc)
		switch {
		case verb == "is not there for" || isAllowed && unimplemented(rpc.short):
			t.equal(status.Code(err), codes.Unimplemented)
		case isAllowed:
			// An empty message is refused for what it lacks, if it is at all.
			switch code := status.Code(err); code {
			case codes.OK, codes.InvalidArgument, codes.NotFound, codes.FailedPrecondition:
			default:
				t.errorf("got %v", code)
			}
		default:
			t.refused(err, codes.PermissionDenied, "authorization denied for method "+rpc.full)
		}
	})
}

// checkWithoutCover is a check that does not count as one of what the RPC does.
func (s *suite) checkWithoutCover(short, name string, body func(t *checking)) {
	covered := s.covered[short]
	s.check(short, name, body)
	s.covered[short] = covered
}
