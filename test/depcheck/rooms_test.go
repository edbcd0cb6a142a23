package depcheck

import (
	"slices"
	"strings"
)

// module is the path of the root module.
const module = "github.com/sluiceproxy/sluice"

// room is a folder and what the packages in it may import besides the standard
// library. Tests may import more: the table is about what users get.
type room struct {
	folder  string
	rooms   []string // folders of the repository, with all below them
	modules []string // import path prefixes of other modules
	free    bool     // imports whatever it likes
}

// rooms is the import table of the design. A package belongs to the longest
// folder that holds it.
var rooms = []room{
	// What a plugin author links: nothing that isn't needed inside a plugin.
	{folder: "sdk", rooms: []string{"sdk"}, modules: []string{gjson, sjson, resp}},
	{folder: "sdk/proxywasm", rooms: []string{"sdk/proxywasm", "sdk/internal"}},
	{folder: "sdk/internal", rooms: []string{"sdk/internal", "sdk/proxywasm/types"}},
	{folder: "sdk/internal/match", rooms: []string{"sdk/internal", "sdk/jsonscan"}},
	// gjson's init function links encoding/json and fmt into every plugin.
	{folder: "sdk/wrapper", rooms: []string{"sdk"}},
	{folder: "sdk/config", rooms: []string{"sdk"}},
	// A plugin may add a library made for its job.
	{folder: "plugins", rooms: []string{"sdk", "plugins"}, free: true},
	// What the plugins' tests share.
	{folder: "plugins/internal/edge", rooms: []string{"plugintest"}},
	{folder: "plugins/internal/page", rooms: []string{"plugintest", "sdk"}, modules: []string{yaml}},
	// The Wasm binary is the contract: these know a plugin only through it.
	{folder: "build", rooms: []string{"build"}, modules: []string{"github.com/tetratelabs/wazero", yaml}},
	{folder: "build/oci", rooms: []string{"build"}, modules: []string{"oras.land/oras-go/v2", "github.com/opencontainers"}},
	// cosign's key files: scrypt and secretbox.
	{folder: "build/oci/sign", modules: []string{"golang.org/x/crypto"}},
	{folder: "build/oci/confschema", modules: []string{yaml}},
	{folder: "build/oci/policy", rooms: []string{"build"}, modules: []string{"oras.land/oras-go/v2", "github.com/opencontainers", yaml}},
	{folder: "deploy", rooms: []string{"deploy", "build"}, modules: []string{yaml}},
	// Nodes with lines: a resource is refused with the line that is wrong.
	{folder: "deploy/wasmplugin", rooms: []string{"deploy", "build/near"}, modules: []string{yaml, "go.yaml.in/yaml/v3", "istio.io/api", "istio.io/client-go", "k8s.io/apimachinery", protobuf}},
	{folder: "deploy/xds", rooms: []string{"deploy"}, modules: []string{"github.com/envoyproxy/go-control-plane", "github.com/cncf/xds/go", "google.golang.org/grpc", protobuf, yaml}},
	// What it renders goes through the types of those who read it.
	{folder: "deploy/gen", rooms: []string{"deploy"}, modules: []string{"github.com/envoyproxy/go-control-plane", "istio.io/api", "istio.io/client-go", protobuf}},
	{folder: "deploy/kube", rooms: []string{"deploy"}, modules: []string{"k8s.io/apimachinery", "k8s.io/client-go", "istio.io/api", "istio.io/client-go", yaml}},
	{folder: "host", rooms: []string{"host"}, modules: []string{
		"github.com/tetratelabs/wazero", "github.com/mccutchen/go-httpbin/v2", "golang.org/x/net", resp}},
	// The form of profiles that every Go toolchain reads.
	{folder: "host/profile", rooms: []string{"host"}, modules: []string{"github.com/tetratelabs/wazero", "github.com/google/pprof/profile"}},
	// What ties them together, and the command line on top of it.
	{folder: "run", rooms: []string{"run", "build", "deploy", "host"}, modules: []string{
		"github.com/fsnotify/fsnotify", "github.com/mccutchen/go-httpbin/v2", yaml}},
	// The loops behind sluice serve, agent, apply and trace.
	{folder: "deliver", rooms: []string{"deliver", "build", "deploy", "host"}, modules: []string{
		"github.com/fsnotify/fsnotify", "google.golang.org/grpc", protobuf, yaml, "github.com/santhosh-tekuri/jsonschema/v6"}},
	{folder: "cmd", rooms: []string{"cmd", "run", "deliver", "build", "deploy", "host", "plugintest"}, modules: []string{
		"github.com/spf13/cobra", "github.com/spf13/pflag"}},
	// What plugin authors test with, never what they link.
	{folder: "plugintest", rooms: []string{"plugintest", "sdk", "build", "deploy", "host"}, modules: []string{"golang.org/x/net", resp}},
	// Nodes with lines: a file of cases is refused with the line that is wrong.
	{folder: "plugintest/cases", rooms: []string{"plugintest", "build", "deploy", "host"}, modules: []string{yaml, "go.yaml.in/yaml/v3"}},
	{folder: "plugintest/internal/probe", rooms: []string{"sdk"}, modules: []string{gjson, resp}}, // a plugin
	{folder: "test", rooms: []string{"."}, free: true},
}

const (
	gjson = "github.com/tidwall/gjson"
	sjson = "github.com/tidwall/sjson"
	resp  = "github.com/tidwall/resp"
	yaml  = "sigs.k8s.io/yaml"

	protobuf = "google.golang.org/protobuf"
)

// sdkModules are all modules that may be linked into a plugin by the SDK: those
// that it imports and those that they import.
var sdkModules = []string{gjson, sjson, resp, "github.com/tidwall/match", "github.com/tidwall/pretty"}

// roomOf returns the room of the package at path.
func roomOf(path string) (room, bool) {
	best, found := room{}, false
	for _, r := range rooms {
		if within(path, module+"/"+r.folder) && len(r.folder) >= len(best.folder) {
			best, found = r, true
		}
	}
	return best, found
}

// within reports whether the import path is folder or below it.
func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// inRepository reports whether the import path is one of the repository's.
func inRepository(path string) bool { return within(path, module) }

// standard reports whether the import path is one of the standard library's.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// allowed reports whether a package of r may import path.
func (r room) allowed(path string) bool {
	switch {
	case standard(path):
		return true
	case inRepository(path):
		return slices.ContainsFunc(r.rooms, func(folder string) bool {
			return folder == "." || within(path, module+"/"+folder)
		})
	default:
		return r.free || slices.ContainsFunc(r.modules, func(m string) bool { return within(path, m) })
	}
}
