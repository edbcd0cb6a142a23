package wrapper

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// For an emulator, actions are what callbacks return, and data behind a body's
// end is shown.
func TestPlainActions(t *testing.T) {
	parts := 0
	f := startFake(t, "{}",
		ProcessRequestHeaders(func(HttpContext, settings) types.Action { return types.ActionPause }),
		ProcessStreamingRequestBody(func(HttpContext, settings, []byte, bool) []byte {
			parts++
			return nil
		}))
	f.vm.PlainActions(true)
	id := f.stream()
	if got := types.Action(f.vm.OnRequestHeaders(id, 4, true)); got != types.ActionPause {
		t.Errorf("action is %d, want the plugin's own", got)
	}
	f.vm.OnRequestBody(id, 0, true)
	f.vm.OnRequestBody(id, 0, true)
	if parts != 2 {
		t.Errorf("%d parts were shown, want 2", parts)
	}
}
