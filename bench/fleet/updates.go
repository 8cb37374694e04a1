package main

import (
	"context"

	"github.com/bufbuild/protocompile"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

const updatesFile = "vouchsafe/server/updates/v1/updates.proto"

// updatesAPI calls Updates as its .proto says, with no generated code.
type updatesAPI struct {
	service protoreflect.ServiceDescriptor
}

// update is what a WatchResponse says, as far as an agent acts upon it.
type update struct {
	revision       int64
	changed        []string
	gone           []string
	isResync       bool
	bundleIsNew    bool
	isOnlyRevision bool
}

// compileUpdates reads the API from the directory that holds all .proto files.
func compileUpdates(ctx context.Context, directory string) (*updatesAPI, error) {
	source := &protocompile.SourceResolver{ImportPaths: []string{directory}}
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(source)}
	files, err := compiler.Compile(ctx, updatesFile)
	if err != nil {
		return nil, err
	}
	return &updatesAPI{files[0].Services().ByName("Updates")}, nil
}

func (api *updatesAPI) method(name protoreflect.Name) (protoreflect.MethodDescriptor, string) {
	return api.service.Methods().ByName(name), "/" + string(api.service.FullName()) + "/" + string(name)
}

// watch opens a stream; the function it returns gives the next update.
func (api *updatesAPI) watch(ctx context.Context, conn *grpc.ClientConn, from int64) (func() (update, error), error) {
	method, path := api.method("Watch")
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, path)
	if err != nil {
		return nil, err
	}
	request := dynamicpb.NewMessage(method.Input())
	request.Set(method.Input().Fields().ByName("from_revision"), protoreflect.ValueOfInt64(from))
	if err := stream.SendMsg(request); err != nil {
		return nil, err
	}
	if err := stream.CloseSend(); err != nil {
		return nil, err
	}
	return func() (update, error) {
		response := dynamicpb.NewMessage(method.Output())
		if err := stream.RecvMsg(response); err != nil {
			return update{}, err
		}
		return readUpdate(response), nil
	}, nil
}

func readUpdate(response *dynamicpb.Message) update {
	fields := response.Descriptor().Fields()
	changes := response.Get(fields.ByName("changes")).List()
	resync := response.Get(fields.ByName("resync")).List()
	kinds := fields.ByName("resync").Enum().Values()
	entry, agent := kinds.ByName("ENTRY").Number(), kinds.ByName("AGENT").Number()
	read := update{
		revision:       response.Get(fields.ByName("revision")).Int(),
		isOnlyRevision: changes.Len()+resync.Len() == 0,
	}
	for i := range changes.Len() {
		change := changes.Get(i).Message()
		of := change.Descriptor().Fields()
		id := change.Get(of.ByName("id")).String()
		switch kind := change.Get(of.ByName("kind")).Enum(); {
		case kind == agent:
		case kind != entry:
			read.bundleIsNew = true
		case change.Get(of.ByName("gone")).Bool():
			read.gone = append(read.gone, id)
		default:
			read.changed = append(read.changed, id)
		}
	}
	for i := range resync.Len() {
		read.isResync = read.isResync || resync.Get(i).Enum() != agent
	}
	return read
}

// fetchEntries returns messages of spire.api.types.Entry.
func (api *updatesAPI) fetchEntries(ctx context.Context, conn *grpc.ClientConn, ids []string) ([]protoreflect.Message, error) {
	method, path := api.method("FetchEntries")
	request := dynamicpb.NewMessage(method.Input())
	list := request.Mutable(method.Input().Fields().ByName("ids")).List()
	for _, id := range ids {
		list.Append(protoreflect.ValueOfString(id))
	}
	response := dynamicpb.NewMessage(method.Output())
	if err := conn.Invoke(ctx, path, request, response); err != nil {
		return nil, err
	}
	fetched := response.Get(method.Output().Fields().ByName("entries")).List()
	entries := make([]protoreflect.Message, fetched.Len())
	for i := range entries {
		entries[i] = fetched.Get(i).Message()
	}
	return entries, nil
}

func (api *updatesAPI) acknowledge(ctx context.Context, conn *grpc.ClientConn, revision int64) error {
	method, path := api.method("Acknowledge")
	request := dynamicpb.NewMessage(method.Input())
	request.Set(method.Input().Fields().ByName("revision"), protoreflect.ValueOfInt64(revision))
	return conn.Invoke(ctx, path, request, dynamicpb.NewMessage(method.Output()))
}

// readEntry takes of an entry what a simulated agent needs.
func readEntry(message protoreflect.Message) (id, path string, revision int64) {
	fields := message.Descriptor().Fields()
	spiffeID := message.Get(fields.ByName("spiffe_id")).Message()
	return message.Get(fields.ByName("id")).String(),
		spiffeID.Get(spiffeID.Descriptor().Fields().ByName("path")).String(),
		message.Get(fields.ByName("revision_number")).Int()
}
