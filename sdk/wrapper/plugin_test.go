package wrapper

import (
	"encoding/binary"
	"errors"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func TestTicks(t *testing.T) {
	fast, slow, other := 0, 0, 0
	h := start(t, plugintest.Options{}, ParseConfig(func(json gjson.Result, _ *settings) error {
		if json.Get("still").Bool() {
			return nil
		}
		RegisterTickFunc(0, func() { fast++; panic("each time") })
		RegisterTickFunc(3600_000, func() { slow++ })
		RegisterTickFunc(0, func() { other++ })
		RegisterTickFunc(1, nil)
		return nil
	}))
	if h.TickPeriod() != 100 {
		t.Errorf("period %d", h.TickPeriod())
	}
	for range 10 {
		h.Tick()
	}
	if fast < 3 || other < 3 || slow != 1 {
		t.Errorf("ran %d, %d and %d times: a panic keeps others from running, or a period isn't kept", fast, other, slow)
	}
	RegisterTickFunc(1, func() { t.Error("registered too late, and run") })
	h.Tick()
}

func TestIoCycle(t *testing.T) {
	var got uint64
	h := start(t, plugintest.Options{Foreign: map[string]func([]byte) ([]byte, error){
		"set_global_max_requests_per_io_cycle": func(b []byte) ([]byte, error) { got = binary.LittleEndian.Uint64(b); return nil, nil },
	}}, WithMaxRequestsPerIoCycle[settings](20))
	if got != 20 || len(h.LogsAt(proxywasm.LogLevelWarn)) != 0 {
		t.Errorf("%d, log %v", got, h.Logs())
	}
	h = start(t, plugintest.Options{}, WithMaxRequestsPerIoCycle[settings](20))
	if len(h.LogsAt(proxywasm.LogLevelWarn)) != 1 {
		t.Errorf("a host without the function: log %v", h.Logs())
	}
}

func TestLeader(t *testing.T) {
	var p *plugin
	h := start(t, plugintest.Options{Properties: map[string]string{"plugin_name": "p1"}},
		PrePluginStartOrReload[settings](func(ctx PluginContext) error {
			p = ctx.(*plugin)
			if ctx.IsLeader() || ctx.GetFingerPrint() != "p1" {
				return errors.New("leader from the start, or a wrong fingerprint")
			}
			return nil
		}),
		ProcessRequestHeaders(func(c HttpContext, _ settings) types.Action {
			p.DoLeaderElection()
			c.SetContext("", nil)
			return types.ActionContinue
		}))
	h.Request(get)
	h.Request(get)
	if !p.IsLeader() {
		t.Error("the only VM isn't the leader")
	}
	p.vm.id = "another VM"
	h.Request(get)
	if p.IsLeader() {
		t.Error("two leaders")
	}
}

func TestFingerPrintWithoutProperty(t *testing.T) {
	name := ""
	start(t, plugintest.Options{}, PrePluginStartOrReload[settings](func(ctx PluginContext) error {
		name = ctx.GetFingerPrint()
		return nil
	}))
	if name != "test" {
		t.Errorf("%q", name)
	}
}

func TestLease(t *testing.T) {
	var won []bool
	p := &plugin{vm: &vm{name: "p"}}
	other := &plugin{vm: &vm{name: "p"}}
	h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
		for _, try := range []struct {
			p   *plugin
			now int64
		}{{p, 1000}, {other, 1001}, {p, 1050}, {other, 1110}, {other, 1111}, {p, 1120}} {
			ok, err := try.p.takeLease(try.now)
			if err != nil {
				t.Error(err)
			}
			won = append(won, ok)
		}
		return types.ActionContinue
	}))
	h.Request(get)
	want := []bool{true, false, true, false, true, false}
	for i := range want {
		if i >= len(won) || won[i] != want[i] {
			t.Fatalf("%v, want %v", won, want)
		}
	}
}

// VMs start at the same time: where another one takes the lease between this
// one's look at it and its own try, there is one leader nevertheless.
func TestLeaseIsTakenByOne(t *testing.T) {
	f := startFake(t, `{}`)
	r := &racingLease{fake: f}
	abi.SetHost(r)
	if won, err := (&plugin{vm: &vm{name: "p"}}).takeLease(1000); won || err != nil {
		t.Errorf("won %v, error %v: a second leader", won, err)
	}
}

// racingLease has no lease when asked, and one of another VM when set.
type racingLease struct{ *fake }

func (*racingLease) GetSharedData(string) ([]byte, uint32, abi.Status) {
	return nil, 0, abi.StatusNotFound
}

func (*racingLease) SetSharedData(_ string, _ []byte, cas uint32) abi.Status {
	if cas != 0 {
		return abi.StatusCasMismatch
	}
	return abi.StatusOK
}
