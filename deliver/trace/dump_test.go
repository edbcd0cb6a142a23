package trace

import (
	"strings"
	"testing"
)

func TestFingerprint(t *testing.T) {
	report := func(evidence string) *Report {
		return &Report{Traces: []Trace{{Plugin: "istio a/b", Steps: []Step{{Number: 1, Name: "deliver", State: Fail, Evidence: []string{evidence}, Do: "do"}}}}}
	}
	if report("acknowledged v1, 3s ago").Fingerprint() != report("acknowledged v1, 1m4s ago").Fingerprint() {
		t.Error("age alone is a change")
	}
	if report("acknowledged v1, 3s ago").Fingerprint() == report("acknowledged v2, 3s ago").Fingerprint() {
		t.Error("another version is no change")
	}
	var b strings.Builder
	if err := Print(&b, report("Envoy says \x1b[31m\nFAKE ok")); err != nil || strings.ContainsAny(b.String(), "\x1b") || strings.Contains(b.String(), "\nFAKE") {
		t.Errorf("%v %q", err, b.String())
	}
	if !strings.Contains(b.String(), " 1 fail     deliver") || !strings.Contains(b.String(), "-> do") {
		t.Error(b.String())
	}
}

// TestTwoVersions: a matcher shares requests between two modules.
func TestTwoVersions(t *testing.T) {
	const wasm = `{"typed_config":{"@type":"x.Wasm","config":{"vm_config":{"code":{"local":{"filename":"%"}}}}}}`
	d, err := parseDump([]byte(`{"configs":[{"ecds_filters":[{"ecds_filter":{"name":"a.b","typed_config":{"@type":"x.ExtensionWithMatcher","matcher":[` +
		strings.Replace(wasm, "%", "/b", 1) + "," + strings.Replace(wasm, "%", "/a", 1) + `]}}}]}]}`))
	if f := d.find("a.b"); err != nil || f == nil || !f.isWasm() || strings.Join(f.files, " ") != "/a /b" || f.remote {
		t.Errorf("%+v %v", f, err)
	}
	if d.find("a.c") != nil {
		t.Error("a plugin that is not there")
	}
}

func FuzzDump(f *testing.F) {
	f.Add([]byte(`{"configs":[{"ecds_filters":[{"version_info":"1","ecds_filter":{"name":"a/b.c~d","typed_config":{"@type":"x.Wasm","config":{"vm_config":{"code":{"local":{"filename":"f"}}}}}},"last_updated":"2026-01-02T03:04:05Z"}]}]}`))
	f.Add([]byte(`{"configs":[{"dynamic_listeners":[{"name":"m","active_state":{"last_updated":"x"},"warming_state":{}}]},null]}`))
	f.Fuzz(func(_ *testing.T, text []byte) {
		d, err := parseDump(text)
		if err == nil {
			if p := d.find("b.c"); p != nil {
				_ = p.isWasm()
			}
		}
		parseStats(string(text))
	})
}
