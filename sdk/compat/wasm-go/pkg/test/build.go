package test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/proxytest"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// built returns the package in the current directory, which is the one under test,
// as a module. It is built and compiled once.
var built = sync.OnceValues(func() (types.VMContext, error) {
	code, err := build()
	if err != nil {
		return nil, err
	}
	return proxytest.NewWasmVMContext(code)
})

// emulatorTag makes the SDK tell the host what callbacks return.
const emulatorTag = "sluice_emulator"

func build() ([]byte, error) {
	dir, err := os.MkdirTemp("", "sluice-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "main.wasm")
	args := append([]string{"build"}, buildArgs()...)
	cmd := exec.Command("go", append(args, "-tags="+tags(), "-buildmode=c-shared", "-o", out, ".")...)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if msg, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", cmd, err, msg)
	}
	return os.ReadFile(out)
}

// buildArgs are what "sluice test" was told to build the plugin with, a line each.
func buildArgs() []string {
	return strings.FieldsFunc(os.Getenv("SLUICE_BUILD_ARGS"), func(r rune) bool { return r == '\n' })
}

// tags are those that the test was built with, and emulatorTag.
func tags() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return emulatorTag
	}
	for _, s := range info.Settings {
		if s.Key == "-tags" && s.Value != "" {
			return s.Value + "," + emulatorTag
		}
	}
	return emulatorTag
}
