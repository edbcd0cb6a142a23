package wrapper

import (
	"slices"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// lines is a fake that keeps the lines logged.
type lines struct {
	*fake
	kept []string
}

func (l *lines) Log(_ abi.LogLevel, line string) abi.Status {
	l.kept = append(l.kept, line)
	return abi.StatusOK
}

// Two configurations in one VM, as gateways that share VMs have them: rules,
// ticks, values and the ids of log lines are each one's own, and a panic in one
// doesn't touch the other.
func TestTwoConfigurationsInOneVM(t *testing.T) {
	f := startFake(t, `{"_plugin_id_":"one","name":"first"}`,
		ParseConfigWithContext(func(ctx PluginContext, json gjson.Result, s *settings) error {
			s.name = json.Get("name").String()
			ctx.SetContext("name", s.name)
			RegisterTickFunc(0, func() { log.Warn("tick " + ctx.GetContext("name").(string)) })
			return nil
		}),
		ProcessRequestHeaders(func(_ HttpContext, s settings) types.Action {
			log.Warn("request " + s.name)
			call(t, func(int, [][2]string, []byte) { log.Warn("answer " + s.name) })
			if s.name == "bad" {
				panic("this one only")
			}
			return types.HeaderStopAllIterationAndWatermark
		}))
	l := &lines{fake: f}
	abi.SetHost(l)
	f.config = []byte(`{"_plugin_id_":"two","name":"second"}`)
	f.vm.OnContextCreate(9, 0)
	if !f.vm.OnConfigure(9, int32(len(f.config))) {
		t.Fatal("the second configuration was refused")
	}
	f.config = []byte(`{"_plugin_id_":"three","name":"bad"}`)
	f.vm.OnContextCreate(10, 0)
	f.vm.OnConfigure(10, int32(len(f.config)))
	l.kept = nil
	f.vm.OnTick(1)
	f.vm.OnTick(9)
	f.vm.OnContextCreate(21, 1)
	f.vm.OnContextCreate(22, 9)
	f.vm.OnContextCreate(23, 10)
	f.vm.OnRequestHeaders(21, 4, true)
	f.vm.OnRequestHeaders(22, 4, true)
	f.vm.OnRequestHeaders(23, 4, true)
	f.vm.OnHTTPCallResponse(9, 2, 0, 0, 0)
	f.vm.OnHTTPCallResponse(1, 1, 0, 0, 0)
	f.vm.OnHTTPCallResponse(10, 3, 0, 0, 0)
	l.kept = slices.DeleteFunc(l.kept, func(s string) bool { return s[0] != '[' })
	want := []string{
		"[test] [one] [nil] tick first", "[test] [two] [nil] tick second",
		"[test] [one] [id-1] request first", "[test] [two] [id-1] request second", "[test] [three] [id-1] request bad",
		"[test] [two] [id-1] answer second", "[test] [one] [id-1] answer first",
	}
	if !slices.Equal(l.kept, want) {
		t.Errorf("lines\n%q, want\n%q", l.kept, want)
	}
}
