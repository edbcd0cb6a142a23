package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci/registry/registrytest"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/deploy/kube/kubetest"
)

// clusterLab is a registry with an image, a cluster and a file for both. It gives
// the flags that name them.
func clusterLab(t *testing.T) (file string, flags []string) {
	t.Helper()
	t.Setenv("SLUICE_STORE", t.TempDir())
	images := httptest.NewServer(registrytest.New())
	t.Cleanup(images.Close)
	host := strings.TrimPrefix(images.URL, "http://")
	wasm := filepath.Join(t.TempDir(), "main.wasm")
	if err := os.WriteFile(wasm, envoytest.Probe("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := sluice(t, "push", wasm, host+"/demo:1", "--plain-http"); r.code != exitOK {
		t.Fatal(r.stderr)
	}
	file = filepath.Join(t.TempDir(), "demo.yaml")
	text := "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: demo}\nspec: {url: \"oci://" + host + "/demo:1\", pluginConfig: {password: hunter2}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, []string{"--kubeconfig", kubetest.Kubeconfig(t, []string{"one"}, kubetest.New(t).URL)}
}

func TestApplyToACluster(t *testing.T) {
	file, cluster := clusterLab(t)
	run := func(code int, args ...string) result {
		t.Helper()
		r := sluice(t, append(args, cluster...)...)
		if r.code != code {
			t.Fatalf("sluice %v: code %d, want %d\n%s%s", args, r.code, code, r.stdout, r.stderr)
		}
		if strings.Contains(r.stdout+r.stderr, "hunter2") {
			t.Errorf("sluice %v shows a secret:\n%s%s", args, r.stdout, r.stderr)
		}
		return r
	}
	want := func(r result, text string) {
		t.Helper()
		if !strings.Contains(r.stdout, text) {
			t.Errorf("%q is not in\n%s", text, r.stdout)
		}
	}
	if r := run(exitFailure, "diff", "-f", file, "--plain-http"); r.stderr != "" || !strings.Contains(r.stdout, "+    password: '***") {
		t.Errorf("diff:\n%s%s", r.stdout, r.stderr)
	}
	want(run(exitOK, "apply", "-f", file, "--plain-http"), "created, revision 1")
	run(exitOK, "diff", "-f", file, "--plain-http")
	if r := run(exitUsage, "diff", "-f", file+".lost", "--plain-http"); strings.Contains(r.stderr, "Usage:") {
		t.Errorf("a failure is no mistake in the command line: %s", r.stderr)
	}
	want(run(exitOK, "apply", "-f", file, "--plain-http", "--pull-again"), "configured, revision 2")
	want(run(exitOK, "history", "demo"), "tester")
	want(run(exitOK, "rollback", "demo", "--plain-http"), "configured, revision 3")
	want(run(exitOK, "status", "demo"), "revision 3, by tester since")
	want(run(exitOK, "delete", "demo"), "deleted")
	want(run(exitOK, "status", "--context", "one"), "nothing that")
	run(exitFailure, "history", "demo")
}

func TestApplyAsJSONAndYAML(t *testing.T) {
	file, cluster := clusterLab(t)
	r := sluice(t, append([]string{"apply", "-f", file, "--plain-http", "--output", "json"}, cluster...)...)
	var got struct {
		Contexts []struct {
			Objects []struct{ Action, Digest string }
		}
	}
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || got.Contexts[0].Objects[0].Action != "created" {
		t.Fatalf("%v: %s%s", err, r.stdout, r.stderr)
	}
	r = sluice(t, "apply", "-f", file, "--plain-http", "--output", "yaml")
	if r.code != exitOK || !strings.Contains(r.stdout, "@"+got.Contexts[0].Objects[0].Digest) {
		t.Errorf("code %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}

func TestApplyUsage(t *testing.T) {
	for _, args := range [][]string{
		{"apply"},
		{"apply", "demo"},
		{"apply", "-f", "x.yaml", "--for", "nginx"},
		{"delete"},
		{"delete", "demo", "-f", "x.yaml"},
		{"history"},
		{"rollback", "demo", "--to", "0"},
		{"rollback", "demo", "--kubeconfig", ""},
		{"diff", "-f", "x.yaml", "old.wasm"},
		{"diff", "old.wasm", "new.wasm", "--context", "eu"},
		{"status", "demo", "-f", "x.yaml"},
		{"status", "demo", "--watch"},
	} {
		sluice(t, args...).wantUsage(t, strings.Join(args, " "), "")
	}
}

// TestInterruptedApply: what an interruption leaves behind is told.
func TestInterruptedApply(t *testing.T) {
	file, _ := clusterLab(t)
	server := kubetest.New(t)
	ctx, stop := context.WithCancel(t.Context())
	server.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPatch && !r.URL.Query().Has("dryRun") {
			stop()
		}
		if ctx.Err() != nil {
			http.Error(w, "gone", http.StatusBadGateway)
		}
		return ctx.Err() != nil
	})
	r := sluiceContext(ctx, "apply", "-f", file, "--plain-http", "--kubeconfig", kubetest.Kubeconfig(t, []string{"one"}, server.URL))
	if r.code != exitInterrupted || !strings.Contains(r.stderr, "whether it was written is not known") || !strings.HasSuffix(r.stderr, "sluice: interrupted\n") {
		t.Errorf("code %d, stdout %q, stderr %q", r.code, r.stdout, r.stderr)
	}
}
