package wrapper

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// settings is the configuration of most tests' plugins.
type settings struct {
	name string
}

func parseSettings(json gjson.Result, s *settings) error {
	s.name = json.Get("name").String()
	if s.name == "bad" {
		return errBad
	}
	return nil
}

type badError struct{}

func (badError) Error() string { return "this name can't be used" }

var errBad = badError{}

// restore undoes what options change for the whole process.
func restore(t testing.TB) {
	t.Cleanup(func() {
		proxywasm.SetPanicPolicy(nil)
		log.SetSafeLogEnabled(false)
		log.SetPluginLog(nil)
	})
}

// start runs a plugin with the options, and with settings as configuration.
func start(t testing.TB, o plugintest.Options, options ...CtxOption[settings]) *plugintest.Host {
	t.Helper()
	restore(t)
	SetCtx("test", append([]CtxOption[settings]{ParseConfig(parseSettings)}, options...)...)
	return plugintest.New(t, o)
}

// refused is start for a plugin that must not start; it returns the log's errors.
func refused(t testing.TB, o plugintest.Options, options ...CtxOption[settings]) string {
	t.Helper()
	restore(t)
	SetCtx("test", append([]CtxOption[settings]{ParseConfig(parseSettings)}, options...)...)
	h, err := plugintest.Start(t, o)
	if err == nil {
		t.Fatalf("the plugin started with %s", o.Config)
	}
	return strings.Join(h.LogsAt(proxywasm.LogLevelError), "\n")
}

func requestTo(method, host, path string, more ...[2]string) [][2]string {
	return append([][2]string{{":method", method}, {":scheme", "https"}, {":authority", host}, {":path", path}}, more...)
}

var (
	get  = requestTo("GET", "a.test", "/get?x=1", [2]string{"x-request-id", "id-1"})
	post = requestTo("POST", "a.test", "/post", [2]string{"content-type", "text/plain"})
	ok   = [][2]string{{":status", "200"}, {"content-type", "text/plain"}}
)

func chunks(parts ...string) (out [][]byte) {
	for _, p := range parts {
		out = append(out, []byte(p))
	}
	return out
}

func contains(lines []string, part string) bool {
	for _, l := range lines {
		if strings.Contains(l, part) {
			return true
		}
	}
	return false
}

// answerWith is a header callback that answers with the configuration's name.
func answerWith(_ HttpContext, s settings) types.Action {
	if err := proxywasm.SendHttpResponse(200, nil, []byte(s.name), -1); err != nil {
		log.Error(err.Error())
	}
	return types.HeaderContinue
}
