package envoy_source_extensions_common_wasm

import (
	"testing"

	"google.golang.org/protobuf/proto"
)

func TestMessage(t *testing.T) {
	in := &InjectEncodedDataToFilterChainArguments{Body: "ab", Endstream: true}
	b, err := proto.Marshal(in)
	if err != nil || string(b) != "\x0a\x02ab\x10\x01" {
		t.Fatalf("bytes are %q, %v", b, err)
	}
	var out InjectEncodedDataToFilterChainArguments
	if err := proto.Unmarshal(b, &out); err != nil || out != *in || out.GetBody() != "ab" || !out.GetEndstream() {
		t.Errorf("read back as %v, %v", &out, err)
	}
	if out.String() == "" {
		t.Error("no text")
	}
	out.Reset()
	if (out != InjectEncodedDataToFilterChainArguments{}) || (*InjectEncodedDataToFilterChainArguments)(nil).GetBody() != "" {
		t.Errorf("after Reset: %v", &out)
	}
}
