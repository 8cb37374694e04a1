// Command descriptors prints the wire contract that the Go libraries of SPIFFE, SPIRE and gRPC are compiled with, in
// the form of test/vectors/wire-contract.txt.
package main

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "github.com/spiffe/go-spiffe/v2/exp/proto/spiffe/broker"
	_ "github.com/spiffe/go-spiffe/v2/proto/spiffe/workload"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/agent/debug/v1"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/agent/delegatedidentity/v1"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/agent/logger/v1"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/server/agent/v1"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/server/bundle/v1"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/server/debug/v1"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/server/entry/v1"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/server/localauthority/v1"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/server/logger/v1"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/server/svid/v1"
	_ "github.com/spiffe/spire-api-sdk/proto/spire/api/server/trustdomain/v1"
	_ "google.golang.org/genproto/googleapis/rpc/errdetails"
	_ "google.golang.org/genproto/googleapis/rpc/status"
	_ "google.golang.org/grpc/health/grpc_health_v1"
)

// What comes along with the imports, and of which the product uses nothing.
var unused = []protoreflect.FullName{"google.protobuf", "grpc.binarylog.v1"}

// Of google.rpc only what the product sends.
var ofGoogleRPC = []protoreflect.FullName{"google.rpc.Status", "google.rpc.ErrorInfo"}

func main() {
	var blocks []string
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !slices.Contains(unused, file.Package()) {
			blocks = append(blocks, blocksOf(file)...)
		}
		return true
	})
	slices.Sort(blocks)
	fmt.Println(strings.Join(blocks, "\n\n"))
}

func blocksOf(file protoreflect.FileDescriptor) []string {
	blocks := typeBlocks(file.Messages(), file.Enums())
	for i := range file.Services().Len() {
		blocks = append(blocks, serviceBlock(file.Services().Get(i)))
	}
	return blocks
}

func typeBlocks(messages protoreflect.MessageDescriptors, enums protoreflect.EnumDescriptors) []string {
	var blocks []string
	for i := range enums.Len() {
		blocks = append(blocks, enumBlock(enums.Get(i)))
	}
	for i := range messages.Len() {
		message := messages.Get(i)
		unsent := message.ParentFile().Package() == "google.rpc" && !slices.Contains(ofGoogleRPC, message.FullName())
		if message.IsMapEntry() || unsent {
			continue
		}
		blocks = append(blocks, messageBlock(message))
		blocks = append(blocks, typeBlocks(message.Messages(), message.Enums())...)
	}
	return blocks
}

func serviceBlock(service protoreflect.ServiceDescriptor) string {
	lines := []string{"service " + string(service.FullName())}
	for i := range service.Methods().Len() {
		method := service.Methods().Get(i)
		lines = append(lines, fmt.Sprintf("  %s %s%s -> %s%s", method.Name(),
			word(method.IsStreamingClient(), "stream "), method.Input().FullName(),
			word(method.IsStreamingServer(), "stream "), method.Output().FullName()))
	}
	return strings.Join(lines, "\n")
}

func enumBlock(enum protoreflect.EnumDescriptor) string {
	lines := []string{"enum " + string(enum.FullName())}
	for i := range enum.Values().Len() {
		value := enum.Values().Get(i)
		lines = append(lines, fmt.Sprintf("  %d %s", value.Number(), value.Name()))
	}
	return strings.Join(lines, "\n")
}

func messageBlock(message protoreflect.MessageDescriptor) string {
	var fields []protoreflect.FieldDescriptor
	for i := range message.Fields().Len() {
		fields = append(fields, message.Fields().Get(i))
	}
	slices.SortFunc(fields, func(a, b protoreflect.FieldDescriptor) int { return int(a.Number() - b.Number()) })
	lines := []string{"message " + string(message.FullName())}
	for _, field := range fields {
		lines = append(lines, fmt.Sprintf("  %d %s %s", field.Number(), field.Name(), fieldType(field)))
	}
	return strings.Join(lines, "\n")
}

func fieldType(field protoreflect.FieldDescriptor) string {
	oneof := field.ContainingOneof()
	switch {
	case field.IsMap():
		return fmt.Sprintf("map<%s, %s>", typeName(field.MapKey()), typeName(field.MapValue()))
	case field.IsList():
		return "repeated " + typeName(field)
	case field.HasOptionalKeyword():
		return "optional " + typeName(field)
	case oneof != nil:
		return fmt.Sprintf("%s in %s", typeName(field), oneof.Name())
	default:
		return typeName(field)
	}
}

func typeName(field protoreflect.FieldDescriptor) string {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return string(field.Message().FullName())
	case protoreflect.EnumKind:
		return string(field.Enum().FullName())
	default:
		return field.Kind().String()
	}
}

func word(said bool, text string) string {
	if said {
		return text
	}
	return ""
}
