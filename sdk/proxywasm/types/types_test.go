package types

import "testing"

// Existing plugins compare messages in logs and tests.
func TestMessagesOfTheField(t *testing.T) {
	for err, want := range map[error]string{
		ErrorStatusNotFound:    "not found",
		ErrorStatusBadArgument: "bad argument",
		ErrorStatusEmpty:       "empty",
		ErrorStatusCasMismatch: "cas mismatch",
		ErrorInternalFailure:   "internal failure",
		ErrorUnimplemented:     "unimplemented",
	} {
		if want = "error status returned by host: " + want; err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}

func TestDefaultsAreNeutral(t *testing.T) {
	vm := &DefaultVMContext{}
	if vm.OnVMStart(1) != OnVMStartStatusOK {
		t.Error("the VM was refused")
	}
	plugin := vm.NewPluginContext(1)
	if plugin.OnPluginStart(1) != OnPluginStartStatusOK || !plugin.OnPluginDone() || plugin.NewHttpContext(2) != nil || plugin.NewTcpContext(2) != nil {
		t.Error("the plugin context is not neutral")
	}
	plugin.OnTick()
	plugin.OnQueueReady(1)
	testHTTP(t, &DefaultHttpContext{})
	testTCP(t, &DefaultTcpContext{})
}

func testHTTP(t *testing.T, c HttpContext) {
	for _, a := range []Action{
		c.OnHttpRequestHeaders(1, true), c.OnHttpRequestBody(1, true), c.OnHttpRequestTrailers(1),
		c.OnHttpResponseHeaders(1, true), c.OnHttpResponseBody(1, true), c.OnHttpResponseTrailers(1),
	} {
		if a != ActionContinue {
			t.Errorf("an HTTP callback returned %d", a)
		}
	}
	c.OnHttpStreamDone()
}

func testTCP(t *testing.T, c TcpContext) {
	for _, a := range []Action{c.OnNewConnection(), c.OnDownstreamData(1, true), c.OnUpstreamData(1, true)} {
		if a != ActionContinue {
			t.Errorf("a TCP callback returned %d", a)
		}
	}
	c.OnDownstreamClose(PeerTypeRemote)
	c.OnUpstreamClose(PeerTypeLocal)
	c.OnStreamDone()
}
