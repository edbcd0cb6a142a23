package build

import (
	"io"
	"time"
)

// DefaultOutput is the name of the module that Build writes.
const DefaultOutput = "main.wasm"

// Options say what Build shall make. The zero value builds the plugin in the
// current directory.
type Options struct {
	// Dir is the directory of the plugin's main package, in any Go module.
	// Default ".".
	Dir string
	// Output is the file to write, or a directory to write main.wasm into.
	// Default main.wasm in Dir. An existing file is replaced in one step when
	// all is done, and stays as it is on any failure.
	Output string
	// Target is the gateway that must take the module. For Envoy, Istio and
	// EnvoyGateway, which lack calls for Redis, the SDK is built to reach Redis
	// through the gateway's configuration (docs/redis.md). Default Any.
	Target Target
	// KeepCallbacks leaves all callbacks in the module's exports. Default: those
	// in which nothing of the plugin can run are dropped, so that gateways don't
	// call them.
	KeepCallbacks bool
	// KeepStd takes the standard library as it is. Default: packages of which the
	// plugin uses little (net/http for names of status codes and Header,
	// encoding/json for gjson's printer, internal/godebug) are replaced by small
	// ones that do the same, and Go's runtime is built without what no plugin can
	// reach, such as the execution tracer; see package build/overlay.
	KeepStd bool
	// KeepNames leaves the names of functions in the module, for profiles and the
	// stacks of traps. It is about a tenth larger. Default: they are dropped.
	KeepNames bool
	// Verify builds the plugin a second time, as somebody else would: from a
	// directory of another name, without a build cache and with other settings of
	// the user. That takes as long as a first build, about a minute. Modules that
	// differ are the error ErrNotReproducible.
	Verify bool
	// Optimize runs Binaryen's wasm-opt over the module. It saves a few percent
	// of the size, takes up to a minute, and makes nothing faster.
	Optimize bool
	// WasmOpt is the wasm-opt command. Default "wasm-opt", from the PATH.
	WasmOpt string
	// Go is the go command. Default "go", from the PATH.
	Go string
	// Env are further variables for the go command, each as "KEY=value". They
	// go before those of this process; GOOS and GOARCH are always set.
	Env []string
	// Progress gets a line for each step that takes time. Default: none.
	Progress io.Writer
}

// Result says what Build has made.
type Result struct {
	// Output is the path of the module.
	Output string `json:"output"`
	// SHA256 is its digest in hexadecimal, Size its bytes.
	SHA256 string `json:"sha256"`
	Size   int    `json:"size"`
	// Gzip are the bytes that an image layer would have.
	Gzip int `json:"gzip"`
	// ABI are the versions of Proxy-Wasm that it exports, in order.
	ABI []string `json:"abi"`
	// GoVersion is the toolchain's, such as "go1.26.8".
	GoVersion string `json:"goVersion"`
	// Closed are the WASI imports that gateways before Envoy 1.39 lack, and
	// that now answer "not implemented" (ENOSYS) inside the module.
	Closed []string `json:"closed"`
	// Dropped are the callbacks that the module no longer exports, because
	// nothing of the plugin can run in them.
	Dropped []string `json:"dropped"`
	// Replaced are the packages of the standard library that small ones stand in
	// for.
	Replaced []string `json:"replaced"`
	// Trimmed are the parts that Go's runtime does without.
	Trimmed []string `json:"trimmed"`
	// Verified says that a second build gave the same bytes.
	Verified bool `json:"verified"`
	// Warnings say where the module will not run, or what was left out.
	Warnings []string `json:"warnings"`
	// Duration is how long it took.
	Duration time.Duration `json:"duration"`
	// Code is the module itself.
	Code []byte `json:"-"`
}
