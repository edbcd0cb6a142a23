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
		{func(c Cell, _, _ string) bool { return c.Call == "foreign.data" },
			"outside of OnForeignFunction Envoy shows what another buffer call left behind"},
		{func(c Cell, _, _ string) bool {
			return c.Phase == cells.UpstreamClose && strings.HasPrefix(c.Call, "close_")
		}, "Envoy closes before it has written data that came together with the end; elsewhere they come apart"},
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
