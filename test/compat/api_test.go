package compat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

const unnamed = "a type without a name outside of the package is in its signature"

// different is what is not as listed, by package and name, and why.
var different = map[string]map[string]string{
	"wasm-go/pkg/wrapper": {
		"CommonPluginCtx.RuleMatcher":      "rules are matched inside of the SDK",
		"CommonHttpCtx.DefaultHttpContext": "its methods are there; the embedded field has no name outside of the SDK",

		// Options of Redis have a type without a name outside of the package;
		// TestRedisOptions uses them.
		"WithDataBase":                 unnamed,
		"WithBufferFlushTimeout":       unnamed,
		"WithMaxBufferSizeBeforeFlush": unnamed,
		"WithDisableBuffer":            unnamed,
		"RedisClient":                  unnamed,
		"RedisClient (to implement)":   unnamed,
		"RedisClient.Init":             unnamed,
		"RedisClusterClient[C].Init":   unnamed,
	},
	"wasm-go/pkg/protos": {
		"InjectEncodedDataToFilterChainArguments.Descriptor": "deprecated, and no plugin uses it",
		"File_inject_encoded_data_proto":                     "no plugin uses it",
	},
	"wasm-go/pkg/test": {
		"HeaderOptionFunc": unnamed,
	},
}

// standIns are types without a name outside of the listed packages that stand in
// signatures: a plugin's functions have to fit these.
var standIns = map[string]string{
	"wasm-go/pkg/wrapper": `
type oldParseConfigFunc[C any] = func(json gjson.Result, config *C, log log.Log) error
type oldParseRuleConfigFunc[C any] = func(json gjson.Result, global C, config *C, log log.Log) error
type oldOnHttpHeadersFunc[C any] = func(ctx HttpContext, config C, log log.Log) types.Action
type oldOnHttpBodyFunc[C any] = func(ctx HttpContext, config C, body []byte, log log.Log) types.Action
type oldOnHttpStreamingBodyFunc[C any] = func(ctx HttpContext, config C, chunk []byte, isLastChunk bool, log log.Log) []byte
type oldOnHttpStreamDoneFunc[C any] = func(ctx HttpContext, config C, log log.Log)
type onHttpHeadersFunc[C any] = func(ctx HttpContext, config C) types.Action
type onHttpBodyFunc[C any] = func(ctx HttpContext, config C, body []byte) types.Action
type onHttpStreamingBodyFunc[C any] = func(ctx HttpContext, config C, chunk []byte, isLastChunk bool) []byte
type onHttpStreamDoneFunc[C any] = func(ctx HttpContext, config C)
type onPluginStartOrReload = func(ctx PluginContext) error
`,
	"wasm-go/pkg/test": "type headerOption struct{ endOfStream bool }\n",
}

const higress = "github.com/higress-group/"

// known are the packages that listings refer to by name.
var known = map[string]string{
	"types": higress + "proxy-wasm-go-sdk/proxywasm/types", "proxytest": higress + "proxy-wasm-go-sdk/proxywasm/proxytest",
	"iface": higress + "wasm-go/pkg/iface", "log": higress + "wasm-go/pkg/log", "matcher": higress + "wasm-go/pkg/matcher",
	"wrapper": higress + "wasm-go/pkg/wrapper", "gjson": "github.com/tidwall/gjson", "resp": "github.com/tidwall/resp",
	"http": "net/http", "json": "encoding/json", "io": "io", "protoreflect": "google.golang.org/protobuf/reflect/protoreflect", "testing": "testing", "time": "time",
}

func TestAPI(t *testing.T) {
	imports := shims(t)
	for _, l := range readListings(t) {
		short := strings.TrimPrefix(l.path, higress)
		t.Run(strings.ReplaceAll(short, "/", "_"), func(t *testing.T) {
			wrong := l.compile(imports)
			for name, why := range different[short] {
				if _, ok := wrong[name]; !ok {
					t.Errorf("%s is as listed after all; it was expected not to be: %s", name, why)
				}
			}
			for name, err := range wrong {
				if different[short][name] == "" {
					t.Errorf("%s: %v", name, err)
				}
			}
			t.Logf("%d checks", len(l.entries))
		})
	}
}

// TestRedisOptions uses what TestAPI has no name for.
func TestRedisOptions(t *testing.T) {
	l := listing{path: higress + "wasm-go/pkg/wrapper", entries: []entry{
		{"Init", `func _(c RedisClient) error {
			return c.Init("user", "password", int64(1), WithDataBase(1), WithBufferFlushTimeout(time.Second), WithMaxBufferSizeBeforeFlush(1), WithDisableBuffer())
		}`},
		{"RedisClusterClient", "func _(c *RedisClusterClient[FQDNCluster]) RedisClient { return c }"},
		{"ClusterClient", "func _(c ClusterClient[FQDNCluster]) HttpClient { return c }"},
	}}
	for name, err := range l.compile(shims(t)) {
		t.Errorf("%s: %v", name, err)
	}
}

// TestAPINotices makes sure that a difference is noticed.
func TestAPINotices(t *testing.T) {
	imports := shims(t)
	for _, c := range []struct{ path, decl string }{
		{"proxywasm", "func NoSuchFunction()"},
		{"proxywasm", "func GetHttpRequestHeader(key string) ([]byte, error)"},
		{"proxywasm", "func (m MetricCounter) Increment(offset int64)"},
		{"proxywasm/types", "const ActionPause Action = 2"},
		{"proxywasm/types", "const ActionPause uint32 = 1"},
		{"proxywasm/types", "type TcpContext interface {\n OnNewConnection() Action\n}"},
		{"proxywasm/types", "type Action uint64x"},
		{"proxywasm/types", "var NoSuchError = errors.New(\"\")"},
		{"proxywasm/proxytest", "type LocalHttpResponse struct {\n StatusCode int\n}"},
	} {
		l := parseListing(t, higress+"proxy-wasm-go-sdk/"+c.path+"\n"+c.decl)
		if wrong := l.compile(imports); len(wrong) == 0 {
			t.Errorf("%s is not noticed", c.decl)
		}
	}
}

var qualified = regexp.MustCompile(`\b([a-z]+)\.[A-Z]`)

// source returns a file with the checks, one a line, and the number of the
// first one's line.
func (l listing) source() (src string, first int) {
	short := strings.TrimPrefix(l.path, higress)
	var checks strings.Builder
	for _, e := range l.entries {
		fmt.Fprintln(&checks, e.check)
	}
	body := standIns[short] + checks.String()
	head := "package check\nimport . \"" + l.path + "\"\n"
	used := map[string]bool{}
	for _, m := range qualified.FindAllStringSubmatch(body, -1) {
		if path, ok := known[m[1]]; ok && !used[m[1]] && path != l.path {
			used[m[1]] = true
			head += "import \"" + path + "\"\n"
		}
	}
	return head + body, strings.Count(head+standIns[short], "\n") + 1
}

// compile returns the entries that are not as listed.
func (l listing) compile(imports types.Importer) map[string]error {
	src, first := l.source()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "check.go", src, 0)
	if err != nil {
		return map[string]error{"listing": err}
	}
	wrong := map[string]error{}
	config := types.Config{Importer: imports, GoVersion: "go1.24", Error: func(err error) {
		var e types.Error
		if !errors.As(err, &e) || strings.Contains(e.Msg, "imported and not used") {
			return
		}
		name := "listing"
		if i := fset.Position(e.Pos).Line - first; i >= 0 && i < len(l.entries) {
			name = l.entries[i].name
		}
		wrong[name] = err
	}}
	_, _ = config.Check("check", fset, []*ast.File{file}, nil) // errors go to Error
	return wrong
}

// shims returns the packages of the two modules and what they import, compiled.
func shims(t *testing.T) types.Importer {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-export", "-json=ImportPath,Export", "./...", higress+"proxy-wasm-go-sdk/...", "testing")
	cmd.Dir = filepath.Join(harness.Root(t), "sdk", "compat", "wasm-go")
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	exports := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("package %s was not listed", path)
		}
		return os.Open(exports[path])
	})
}
