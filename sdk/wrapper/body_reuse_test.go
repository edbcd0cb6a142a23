package wrapper

import (
	"bytes"
	"testing"
	"unsafe"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// body sends a body to a new stream of f and returns the stream.
func (f *fake) sendBody(body string) uint32 {
	id := f.stream()
	f.vm.OnRequestHeaders(id, 5, false)
	f.body = []byte(body)
	f.vm.OnRequestBody(id, int32(len(body)), true)
	return id
}

func TestBodyReuse(t *testing.T) {
	var got [][]byte
	hold := false
	f := startFake(t, `{}`, WithBodyReuse[settings](), ProcessRequestBody(func(_ HttpContext, _ settings, body []byte) types.Action {
		got = append(got, body)
		if hold {
			return types.ActionPause
		}
		return types.ActionContinue
	}))
	address := func(i int) *byte { return unsafe.SliceData(got[i]) }
	for i, body := range []string{"first body", "second", "a third, longer than the first", "4th", "a fifth, as long as the third"} {
		f.end(f.sendBody(body))
		if string(got[i]) != body {
			t.Fatalf("body %d is %q, want %q", i, got[i], body)
		}
	}
	if address(0) != address(1) || address(2) != address(3) || address(3) != address(4) {
		t.Error("the memory of a body is not used again")
	}
	hold = true
	f.sendBody("held back")
	hold = false
	f.sendBody("another")
	if string(got[5]) != "held back" || address(5) == address(6) {
		t.Errorf("a body that is held back became %q", got[5])
	}
}

func TestNoReuseWithoutTheOption(t *testing.T) {
	var got [][]byte
	f := startFake(t, `{}`, ProcessRequestBody(func(_ HttpContext, _ settings, body []byte) types.Action {
		got = append(got, body)
		return types.ActionContinue
	}))
	f.sendBody("first")
	f.sendBody("other")
	if !bytes.Equal(got[0], []byte("first")) || string(got[1]) != "other" {
		t.Errorf("%q", got)
	}
}

func TestChunksReuse(t *testing.T) {
	var got [][]byte
	f := startFake(t, `{}`, WithBodyReuse[settings](), ProcessStreamingRequestBody(func(_ HttpContext, _ settings, chunk []byte, _ bool) []byte {
		got = append(got, chunk)
		return bytes.ToUpper(chunk)
	}))
	f.sendBody("first chunk")
	f.sendBody("second")
	if string(got[1]) != "second" || unsafe.SliceData(got[0]) != unsafe.SliceData(got[1]) {
		t.Errorf("%q", got)
	}
}
