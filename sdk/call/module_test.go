package call_test

import (
	"bytes"
	"os"
	"testing"
)

// Straight-line handlers need nothing that older gateways lack, and plugins that
// only use callbacks link nothing of them.
func TestModules(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two modules; run without -short")
	}
	line, callback := readModule(t, "line"), readModule(t, "callback")
	const package_ = "sdk/internal/coroutine."
	if !bytes.Contains(line, []byte(package_)) {
		t.Errorf("names of functions can't be found in a module, so this test shows nothing")
	}
	if bytes.Contains(callback, []byte(package_)) || bytes.Contains(callback, []byte("iter.Pull")) {
		t.Error("a plugin with callbacks links coroutines")
	}
	if more := len(line) - len(callback); more > 450_000 {
		t.Errorf("straight-line calls add %d bytes", more)
	} else {
		t.Logf("straight-line calls add %d to %d bytes", more, len(callback))
	}
	for _, name := range []string{"proxy_redis_call", "proxy_redis_init", "path_filestat_get", "sock_accept"} {
		if bytes.Contains(line, []byte(name)) {
			t.Errorf("the module imports %s, which not every gateway has", name)
		}
	}
}

func readModule(t *testing.T, name string) []byte {
	t.Helper()
	module, err := os.ReadFile(buildWasm(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return module
}
