package tck

import (
	"strings"

	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// explanation is a reason why a host may answer some cells otherwise than Envoy.
type explanation struct {
	applies func(c Cell, want, got string) bool
	why     string
}

// explanations returns the reasons that hold for every host; docs/tck.md lists
// them.
func explanations() []explanation {
	return []explanation{
		{func(_ Cell, want, got string) bool { return strings.HasPrefix(want, crashed) && got != crashed },
			"the call takes an Envoy process down; every other answer is better"},
		{func(c Cell, _, _ string) bool {
			return c.Call == "property.get.request.size" && (c.Phase == cells.CallInRequest || c.Phase == cells.TickInRequest)
		}, "how much of the body has come while the headers wait depends on the time"},
		{func(c Cell, _, _ string) bool {
			return c.Call == "foreign.data" || strings.HasPrefix(c.Call, "raw.buffer.foreign.")
		},
			"outside of OnForeignFunction Envoy shows what another buffer call left behind"},
		{func(c Cell, _, _ string) bool {
			return c.Phase == cells.UpstreamClose && strings.HasPrefix(c.Call, "close_")
		}, "Envoy closes before it has written data that came together with the end; elsewhere they come apart"},
		{func(c Cell, _, got string) bool {
			return strings.HasPrefix(c.Call, "raw.grpc.") && got == "unimplemented" ||
				cells.IsGRPC(c.Phase) && (got == "call unimplemented" || got == "stream unimplemented")
		}, "a host without gRPC callouts says so"},
		{func(c Cell, _, got string) bool {
			return envoysOwn(c.Call) && (got == "not found" || got == `ok ""`)
		}, "sign, verify_signature, set_envoy_filter_state, declare_property and expr_ are Envoy's own foreign functions, no part of the ABI"},
		{func(c Cell, _, got string) bool { return c.Phase == cells.VMStart && afterVMContext(c.Call, got) },
			"in OnVMStart effective_context.plugin makes context 0 the effective one, which is the VM's own; on other hosts than Envoy it may have no queues, callouts or properties"},
		{func(c Cell, want, _ string) bool {
			return strings.HasSuffix(c.Call, "_body.replace.large") && (strings.Contains(want, "client 413") || strings.Contains(want, "and reset"))
		}, "Envoy holds a body that a plugin made too large to the limit of its buffers; other hosts may count only what arrives"},
	}
}

// explained says why a host may answer a cell otherwise than Envoy did; empty
// is no reason.
func explained(c Cell, want, got string) string {
	for _, e := range explanations() {
		if e.applies(c, want, got) {
			return e.why
		}
	}
	return ""
}

// envoysOwn reports whether a call is of a foreign function that only Envoy has.
func envoysOwn(call string) bool {
	for _, name := range []string{"sign.", "verify_signature.", "set_envoy_filter_state.", "declare_property.", "expr_"} {
		if strings.HasPrefix(call, "foreign."+name) {
			return true
		}
	}
	return false
}

// afterVMContext reports whether a refusal is that of a VM's own context.
func afterVMContext(call, got string) bool {
	switch call {
	case "queue.many", "http_call.large_body", "http_call.many", "raw.queue.register.result_outside":
		return got == "bad argument"
	case "raw.property.get.result_outside":
		return got == "not found"
	}
	return false
}
