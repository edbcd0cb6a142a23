package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deliver/serve"
)

func TestServeUsage(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "the directory of the resources"},
		{[]string{dir, "--listen", "0.0.0.0:18000"}, "--tls-cert and --tls-key, or --insecure"},
		{[]string{dir, "--admin", "0.0.0.0:18001"}, "a loopback address, or --insecure"},
		{[]string{dir, "--listen", "off"}, "--listen off needs --out"},
		{[]string{dir, "--refresh", "-1s"}, "--refresh -1s"},
		{[]string{dir, "--pull-timeout", "0"}, "--pull-timeout 0s"},
		{[]string{dir, "--listen", "here"}, "want an IP address and a port"},
		{[]string{dir, "--tls-ca", "ca.pem"}, "--tls-cert and --tls-key go together"},
		{[]string{"--print-bootstrap", "--node-cert", "c.pem"}, "--node-cert and --node-key go together"},
		{[]string{"--print-bootstrap", "--node-label", "x"}, "KEY=VALUE"},
		{[]string{"--print-bootstrap", "--node-admin", "x"}, "admin address"},
	} {
		var out, errs bytes.Buffer
		if code := execute(context.Background(), append([]string{"serve"}, c.args...), &out, &errs); code != exitUsage || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%q: code %d, %s", c.args, code, errs.String())
		}
	}
	var out, errs bytes.Buffer
	if code := execute(context.Background(), []string{"serve", dir, "--tls-cert", "none.pem", "--tls-key", "none.pem"}, &out, &errs); code != exitFailure || !strings.Contains(errs.String(), "none.pem") {
		t.Errorf("no certificate: code %d, %s", code, errs.String())
	}
}

func TestServePrintsBootstrap(t *testing.T) {
	var out, errs bytes.Buffer
	code := execute(context.Background(), []string{"serve", "--print-bootstrap", "--node-id", "edge-1", "--node-label", "app=gw", "--listen", "10.0.0.1:1"}, &out, &errs)
	if code != exitOK {
		t.Fatal(errs.String())
	}
	for _, want := range []string{"id: edge-1", "app: gw", "port_value: 1\n", "ads_config"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("without %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "lds_config") {
		t.Error("listeners are asked for without --gateway")
	}
}

// TestStatusTable: what a server tells is one line for each plugin and node, with
// what is wrong below, whatever is in the names.
func TestStatusTable(t *testing.T) {
	at := time.Now().Add(-time.Minute)
	v := &serve.VersionStatus{Version: "v1", SHA256: strings.Repeat("ab", 32), Config: "c0ffee", Since: at}
	s := serve.Status{
		Problems: []serve.Problem{{File: "a.yaml", Text: "a.yaml:3: bad"}},
		Plugins:  []serve.PluginStatus{{Name: "web.x", State: "old", URL: "oci://r/x:1", Problem: "no image", Wanted: v}},
		Nodes: []serve.NodeStatus{
			{ID: "gw\x1b[0m", Address: "10.0.0.1:2", Version: "1.40.0", Connected: true, Since: at, Plugins: []serve.NodePluginStatus{
				{Name: "web.x", State: "refused", RunningVersion: v, Since: &at, Refused: "v2", Reason: "bad\nconfig"}}},
			{ID: "gone", Since: at}, {ID: "idle", Connected: true, Since: at},
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(s) }))
	defer server.Close()
	var out, errs bytes.Buffer
	if code := execute(context.Background(), []string{"status", "--server", server.URL}, &out, &errs); code != exitOK {
		t.Fatal(errs.String())
	}
	for _, want := range []string{"web.x   old    abababababab  c0ffee  1m0s   oci://r/x:1", "refused", "asks for none", "gone", "a.yaml:3: bad", "web.x: no image", `refused web.x v2: bad\nconfig`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("without %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("a name acts on the terminal")
	}
	out.Reset()
	if code := execute(context.Background(), []string{"status", "--server", server.URL, "--output", "json"}, &out, &errs); code != exitOK || !strings.Contains(out.String(), `"problem": "no image"`) {
		t.Errorf("code %d: %s", code, out.String())
	}
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	out.Reset()
	execute(ctx, []string{"status", "--server", server.URL, "--watch", "--every", "10ms"}, &out, &errs)
	if n := strings.Count(out.String(), "URL\n"); n != 1 {
		t.Errorf("printed %d times though nothing changed:\n%s", n, out.String())
	}
	server.Close()
	errs.Reset()
	if code := execute(context.Background(), []string{"status", "--server", server.URL}, &out, &errs); code != exitFailure || !strings.Contains(errs.String(), "--admin") {
		t.Errorf("nobody there: code %d, %s", code, errs.String())
	}
}
