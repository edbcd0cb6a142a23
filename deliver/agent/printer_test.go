package agent

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestPrinter: every event is one line, in both forms, whatever others wrote.
func TestPrinter(t *testing.T) {
	evil := "a\nb\x1b[31m"
	for _, c := range []struct {
		e    Event
		want string
	}{
		{Ready{Listen: "127.0.0.1:1", Server: "s:2"}, "ready for Envoy on 127.0.0.1:1, for the control plane on s:2"},
		{Connected{evil}, "connected a b"},
		{Disconnected{evil}, "which keeps what it has"},
		{Upstream{Node: evil, Server: "s:2"}, "asking the control plane on s:2"},
		{Upstream{Node: "n", Server: "s:2", Err: evil, Retry: 1500 * time.Microsecond}, "again in 1.5ms"},
		{Fetched{Node: "n", Resource: evil, URL: "u", SHA256: "0a", FromStore: true, Rule: "rule 1", Took: time.Minute}, "from the store: sha256:0a, accepted by rule 1 in 1m0s"},
		{Accepted{Node: "n", Resource: evil, Took: time.Second}, "on n in 1s"},
		{Accepted{Node: "n", Resource: "r", StandIn: true}, "n has what stands in for r"},
		{Refused{Node: "n", Resource: "r", Reason: evil}, "the old version of r serves on"},
		{Failed{Node: "n", Resource: "r", Err: evil, Serves: "deny", Retry: time.Second}, "(Envoy has: deny; again in 1s)"},
		{Restored{Node: "n", Resources: 3}, "restored n: 3 resources"},
		{Warning{Text: evil}, "warning: a b"},
	} {
		var text, object bytes.Buffer
		NewPrinter(&text, false).Print(c.e)
		NewPrinter(&object, true).Print(c.e)
		if line := text.String(); !strings.Contains(line, c.want) || strings.Count(line, "\n") != 1 || strings.Contains(line, "\x1b") {
			t.Errorf("%T: %q, want %q", c.e, line, c.want)
		}
		var got map[string]any
		if err := json.Unmarshal(object.Bytes(), &got); err != nil || got["event"] != c.e.kind() || strings.Count(object.String(), "\n") != 1 {
			t.Errorf("%T: %s, %v", c.e, object.String(), err)
		}
	}
}
