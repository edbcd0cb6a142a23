// Package envoy_source_extensions_common_wasm is the argument of a foreign
// function of Higress' gateway. The SDK's own way to call it is
// proxywasm.InjectEncodedDataToFilterChain.
package envoy_source_extensions_common_wasm

import (
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/runtime/protoimpl"
)

// InjectEncodedDataToFilterChainArguments is what the foreign functions
// inject_encoded_data_to_filter_chain and
// inject_encoded_data_to_filter_chain_on_header take.
type InjectEncodedDataToFilterChainArguments struct {
	Body      string `protobuf:"bytes,1,opt,name=body,proto3" json:"body,omitempty"`
	Endstream bool   `protobuf:"varint,2,opt,name=endstream,proto3" json:"endstream,omitempty"`
}

// message is the same as a Protobuf message of the first kind, which package
// protoimpl makes one of the second kind by the tags of its fields.
type message InjectEncodedDataToFilterChainArguments

func (m *message) Reset() { *m = message{} }
func (m *message) String() string {
	return protoimpl.X.MessageStringOf(protoimpl.X.ProtoMessageV2Of(m))
}
func (*message) ProtoMessage() {}

// Reset makes all fields empty.
func (x *InjectEncodedDataToFilterChainArguments) Reset() { (*message)(x).Reset() }

// String returns the message as text.
func (x *InjectEncodedDataToFilterChainArguments) String() string { return (*message)(x).String() }

// ProtoMessage marks a Protobuf message.
func (*InjectEncodedDataToFilterChainArguments) ProtoMessage() {}

// ProtoReflect implements proto.Message.
func (x *InjectEncodedDataToFilterChainArguments) ProtoReflect() protoreflect.Message {
	return protoimpl.X.ProtoMessageV2Of((*message)(x)).ProtoReflect()
}

// GetBody returns Body, "" of nil.
func (x *InjectEncodedDataToFilterChainArguments) GetBody() string {
	if x == nil {
		return ""
	}
	return x.Body
}

// GetEndstream returns Endstream, false of nil.
func (x *InjectEncodedDataToFilterChainArguments) GetEndstream() bool { return x != nil && x.Endstream }
