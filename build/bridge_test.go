package build

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// redisSource is a plugin whose Redis client is chosen by the build tag, as the
// SDK's is.
const redisSource = pluginSource + `
//go:wasmexport ask
func ask() { transport() }
`

const hostTransport = `//go:build !sluice_redis_bridge

package main

//go:wasmimport env proxy_redis_init
func redisInit(a, b, c, d, e, f, g int32) int32

func transport() { redisInit(0, 0, 0, 0, 0, 0, 0) }
`

const bridgeTransport = `//go:build sluice_redis_bridge

package main

//go:wasmimport env proxy_log
func log(level int32, text string) int32

func transport() { log(0, "x-sluice-redis-cluster" + kept) }
`

func redisPlugin(t *testing.T, more ...string) string {
	return write(t, append([]string{"go.mod", pluginModule, "main.go", redisSource, "host.go", hostTransport, "bridge.go", bridgeTransport,
		"kept.go", "package main\n\nconst kept = \"\"\n"}, more...)...)
}

// A plugin with Redis is built for its target; without, it is the same for all.
func TestBuildForRedis(t *testing.T) {
	dir := redisPlugin(t)
	for _, c := range []struct {
		target Target
		bridge bool
	}{{Any, false}, {Higress, false}, {Embedded, false}, {Envoy, true}, {Istio, true}, {EnvoyGateway, true}} {
		var progress bytes.Buffer
		r, err := Build(testContext(t), Options{Dir: dir, Target: c.target, Output: t.TempDir(), Progress: &progress})
		if err != nil {
			t.Fatalf("%q: %v", c.target, err)
		}
		if UsesRedisBridge(r.Code) != c.bridge || importsRedis(t, r.Code) == c.bridge || strings.Contains(progress.String(), "again") != c.bridge {
			t.Errorf("%q: bridge %v, imports %v; progress %q", c.target, UsesRedisBridge(r.Code), importsRedis(t, r.Code), progress.String())
		}
		if warned := strings.Contains(strings.Join(r.Warnings, "\n"), "sluice build --target envoy"); warned == c.bridge {
			t.Errorf("%q: warnings %q", c.target, r.Warnings)
		}
	}
	plain := writePlugin(t)
	one, err := Build(testContext(t), Options{Dir: plain, Target: Envoy})
	if err != nil {
		t.Fatal(err)
	}
	other, err := Build(testContext(t), Options{Dir: plain, Target: Higress})
	if err != nil || one.SHA256 != other.SHA256 || UsesRedisBridge(one.Code) {
		t.Errorf("a plugin without Redis differs by target, %v", err)
	}
}

func importsRedis(t *testing.T, code []byte) bool {
	t.Helper()
	m, err := wasm.Decode(code)
	if err != nil {
		t.Fatal(err)
	}
	imports, err := m.Imports()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range imports {
		if isRedisImport(i.String()) {
			return true
		}
	}
	return false
}

// Tags that the user has set hold for both builds.
func TestBuildKeepsTags(t *testing.T) {
	dir := redisPlugin(t)
	if err := os.WriteFile(filepath.Join(dir, "kept.go"), []byte("//go:build mine\n\npackage main\n\nconst kept = \" mine\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Build(testContext(t), Options{Dir: dir, Target: Envoy, Env: []string{"GOFLAGS=-tags=mine"}})
	if err != nil || !bytes.Contains(r.Code, []byte("x-sluice-redis-cluster mine")) {
		t.Errorf("the module lacks what the tag brings: %v", err)
	}
}

// A plugin that calls Higress' functions itself can't be built for others.
func TestBuildRefusesRedisCalls(t *testing.T) {
	dir := redisPlugin(t)
	if err := os.WriteFile(filepath.Join(dir, "bridge.go"), []byte(strings.Replace(hostTransport, "!sluice", "sluice", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Build(testContext(t), Options{Dir: dir, Target: Istio})
	if err == nil || !strings.Contains(err.Error(), "RedisClient") || !strings.Contains(err.Error(), "proxy_redis_init") {
		t.Errorf("error is %v", err)
	}
}

func TestTagList(t *testing.T) {
	for flag, want := range map[string][]string{
		"-tags=a,b": {"a", "b"}, "--tags=a": {"a"}, "-tags=": {}, "-mod=mod": nil, "tag": nil, "": nil, "-ldflags=-tags=x": nil,
	} {
		if got := tagList(flag); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q, want %q", flag, got, want)
		}
	}
}
