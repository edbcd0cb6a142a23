package conformance

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// The attributes of docs/observability.md are in Envoy's access log.
func TestAttributesInAccessLog(t *testing.T) {
	wasm := harness.BuildPlugin(t, "test/conformance/pages/testdata/observability")
	port, up, dir := harness.FreePort(t), startUpstream(t), t.TempDir()
	accessLog := filepath.Join(dir, "access")
	hcm := httpManager(wasm)
	plugin := hcm["http_filters"].(list)[0].(object)["typed_config"].(object)["config"].(object)
	plugin["configuration"].(object)["value"] = "{}"
	hcm["access_log"] = list{object{"name": "file", "typed_config": typed("envoy.extensions.access_loggers.file.v3.FileAccessLog", object{
		"path": accessLog, "log_format": object{"text_format_source": object{
			"inline_string": "custom %FILTER_STATE(wasm.custom_log:PLAIN)% trace %FILTER_STATE(wasm.trace_span_tag.result:PLAIN)%\n",
		}},
	})}}
	config, err := json.Marshal(object{"static_resources": object{
		"listeners": list{listener("http", port, object{"name": "http", "typed_config": hcm})},
		"clusters":  list{cluster("upstream", portOf(up.http.Listener.Addr()))},
	}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "envoy.json")
	if err := os.WriteFile(file, config, 0o600); err != nil {
		t.Fatal(err)
	}
	p := harness.Start(t, exec.Command(harness.OneEnvoy(t).Path, "-c", file, "--concurrency", "1", "-l", "warning", "--use-dynamic-base-id"))
	p.WaitHTTP(harness.URL(port, "/"), time.Minute, nil)
	p.Stop() // writes the log
	log, err := os.ReadFile(accessLog)
	if want := `custom {\"result\":\"allowed\"} trace allowed`; err != nil || !strings.Contains(string(log), want) {
		t.Errorf("access log %q, %v; want %s", log, err, want)
	}
}
