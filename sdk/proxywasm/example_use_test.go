package proxywasm_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// shopPage is the request of the examples.
var shopPage = [][2]string{{":method", "GET"}, {":path", "/tea?sugar=2"}, {":authority", "shop.test"}, {"x-key", "k"}}

// A plugin with nothing but HTTP callbacks, and a test of it: package
// plugintest plays the gateway.
func ExampleSetHttpContext_test() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &keyCheck{} })

	h := plugintest.New(&testing.B{}, plugintest.Options{})
	fmt.Println(h.Request(shopPage[:3]).Reply.Status)
	fmt.Println(h.Request(shopPage).Reply)
	// Output:
	// 401
	// <nil>
}

// A plugin with a configuration registers what makes plugin contexts, or a
// whole VM context.
func ExampleSetPluginContext() {
	newPlugin := func(uint32) types.PluginContext { return &jobPlugin{} }
	proxywasm.SetPluginContext(newPlugin)
	// The same with something to do when the VM starts:
	proxywasm.SetVMContext(&jobVM{})

	_, err := plugintest.Start(&testing.B{}, plugintest.Options{VMConfig: []byte("eu"), Config: []byte("jobs")})
	fmt.Println(err, proxywasm.GetVMContext() != nil)
	// Output:
	// VM in eu
	// <nil> true
}

type jobVM struct{ types.DefaultVMContext }

// OnVMStart implements types.VMContext.
func (*jobVM) OnVMStart(int) types.OnVMStartStatus {
	config, _ := proxywasm.GetVMConfiguration()
	fmt.Printf("VM in %s\n", config)
	return types.OnVMStartStatusOK
}

// NewPluginContext implements types.VMContext.
func (*jobVM) NewPluginContext(uint32) types.PluginContext { return &jobPlugin{} }

// jobPlugin takes jobs off the queue that its configuration names, and counts
// them in shared data.
type jobPlugin struct{ types.DefaultPluginContext }

// OnPluginStart implements types.PluginContext.
func (*jobPlugin) OnPluginStart(int) types.OnPluginStartStatus {
	name, err := proxywasm.GetPluginConfiguration()
	if err != nil {
		return types.OnPluginStartStatusFailed
	}
	if _, err := proxywasm.RegisterSharedQueue(string(name)); err != nil {
		return types.OnPluginStartStatusFailed
	}
	_ = proxywasm.SetTickPeriodMilliSeconds(1000)
	return types.OnPluginStartStatusOK
}

// OnQueueReady implements types.PluginContext.
func (*jobPlugin) OnQueueReady(queue uint32) {
	for {
		job, err := proxywasm.DequeueSharedQueue(queue)
		if err != nil {
			return // types.ErrorStatusEmpty, most likely
		}
		count()
		proxywasm.LogInfo("did " + string(job))
	}
}

// count counts up. Another worker may do so at the same moment: then it begins
// again.
func count() {
	for {
		old, cas, err := proxywasm.GetSharedData("count")
		if err != nil && !errors.Is(err, types.ErrorStatusNotFound) {
			return
		}
		n, _ := strconv.Atoi(string(old))
		err = proxywasm.SetSharedData("count", []byte(strconv.Itoa(n+1)), cas)
		if !errors.Is(err, types.ErrorStatusCasMismatch) {
			return
		}
	}
}

// Queues and shared data reach all workers of a gateway.
func ExampleRegisterSharedQueue() {
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &jobPlugin{} })

	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte("jobs")})
	h.Enqueue("jobs", []byte("water"))
	h.Enqueue("jobs", []byte("tea"))
	n, _ := h.SharedData("count")
	fmt.Println(h.LogsAt(proxywasm.LogLevelInfo), string(n), h.TickPeriod())
	// Output: [did water did tea] 2 1000
}

// measured counts and measures requests.
type measured struct{ types.DefaultHttpContext }

// OnHttpRequestHeaders implements types.HttpContext.
func (*measured) OnHttpRequestHeaders(numHeaders int, _ bool) types.Action {
	proxywasm.DefineCounterMetric("requests").Increment(1)
	proxywasm.DefineGaugeMetric("open").Add(1)
	proxywasm.DefineHistogramMetric("headers").Record(uint64(numHeaders))
	return types.ActionContinue
}

// OnHttpStreamDone implements types.HttpContext.
func (*measured) OnHttpStreamDone() { proxywasm.DefineGaugeMetric("open").Add(-1) }

func ExampleMetricCounter() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &measured{} })

	h := plugintest.New(&testing.B{}, plugintest.Options{})
	h.Request(shopPage)
	h.Request(shopPage).End()
	requests, _ := h.Counter("requests")
	open, _ := h.Gauge("open")
	headers, _ := h.Histogram("headers")
	fmt.Println(requests, open, headers)
	// Output: 2 1 [4 4]
}

// panics fails on every request.
type panics struct{ types.DefaultHttpContext }

// OnHttpRequestHeaders implements types.HttpContext.
func (*panics) OnHttpRequestHeaders(int, bool) types.Action { panic("a mistake") }

// A stream whose callback panicked is answered with 500, unless the policy lets
// it go on: here where it costs nothing but a header.
func ExampleSetPanicPolicy() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &panics{} })
	proxywasm.SetPanicPolicy(func(p proxywasm.Panic) proxywasm.Verdict {
		fmt.Println("panic:", p.Value)
		if path, _ := proxywasm.GetHttpRequestHeader(":path"); path == "/health" {
			return proxywasm.FailOpen
		}
		return proxywasm.FailClosed
	})
	defer proxywasm.SetPanicPolicy(nil) // the default

	h := plugintest.New(&testing.B{}, plugintest.Options{})
	fmt.Println(h.Request(shopPage).Reply.Status)
	fmt.Println(h.Request([][2]string{{":method", "GET"}, {":path", "/health"}, {":authority", "shop.test"}}).Reply)
	// Output:
	// panic: a mistake
	// 500
	// panic: a mistake
	// <nil>
}

// later holds requests back until the next tick.
type later struct {
	types.DefaultPluginContext
	waiting []uint32
}

type laterStream struct {
	types.DefaultHttpContext
	plugin *later
	id     uint32
}

// NewHttpContext implements types.PluginContext.
func (l *later) NewHttpContext(id uint32) types.HttpContext { return &laterStream{plugin: l, id: id} }

// OnHttpRequestHeaders implements types.HttpContext.
func (s *laterStream) OnHttpRequestHeaders(int, bool) types.Action {
	s.plugin.waiting = append(s.plugin.waiting, s.id)
	_ = proxywasm.ResumedElsewhere()
	return types.HeaderStopAllIterationAndWatermark
}

// OnTick implements types.PluginContext.
func (l *later) OnTick() {
	for _, id := range l.waiting {
		if err := proxywasm.SetEffectiveContext(id); err == nil { // else the client has gone
			_ = proxywasm.ResumeHttpRequest()
		}
	}
	l.waiting = nil
}

// A tick acts on the plugin; SetEffectiveContext makes it act on a stream.
func ExampleSetEffectiveContext() {
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &later{} })

	h := plugintest.New(&testing.B{}, plugintest.Options{})
	ex := h.Request(shopPage)
	fmt.Println(ex.Paused())
	h.Tick()
	fmt.Println(ex.Paused(), ex.Upstream.Sent())
	// Output:
	// true
	// false true
}

// picks chooses the host itself, and tells the access log.
type picks struct{ types.DefaultHttpContext }

// OnHttpRequestHeaders implements types.HttpContext.
func (*picks) OnHttpRequestHeaders(int, bool) types.Action {
	hosts, err := proxywasm.GetUpstreamHosts()
	if err != nil {
		return types.ActionContinue
	}
	last := hosts[len(hosts)-1][0]
	_ = proxywasm.SetUpstreamOverrideHost([]byte(last))
	_ = proxywasm.SetProperty([]string{"picked"}, []byte(last))
	return types.ActionContinue
}

// Only Higress and the embedded gateway know the hosts of a cluster.
func ExampleSetUpstreamOverrideHost() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &picks{} })

	h := plugintest.New(&testing.B{}, plugintest.Options{UpstreamHosts: [][2]string{{"10.0.0.1:80", ""}, {"10.0.0.2:80", ""}}})
	ex := h.Request(shopPage)
	fmt.Printf("%s %s\n", ex.OverrideHost, ex.Property("picked"))
	// Output: 10.0.0.2:80 10.0.0.2:80
}

// quiet ends connections on which "QUIT" is sent.
type quiet struct{ types.DefaultTcpContext }

// OnDownstreamData implements types.TcpContext.
func (*quiet) OnDownstreamData(size int, _ bool) types.Action {
	if data, err := proxywasm.GetDownstreamData(0, size); err == nil && string(data) == "QUIT" {
		_ = proxywasm.CloseDownstream()
		return types.ActionPause
	}
	return types.ActionContinue
}

// A plugin for TCP.
func ExampleSetTcpContext() {
	proxywasm.SetTcpContext(func(uint32) types.TcpContext { return &quiet{} })

	c := plugintest.New(&testing.B{}, plugintest.Options{}).Connect()
	c.FromClient([]byte("PING"), false)
	fmt.Printf("%s %t\n", c.Upstream, c.Closed())
	c.FromClient([]byte("QUIT"), false)
	fmt.Printf("%s %t\n", c.Upstream, c.Closed())
	// Output:
	// PING false
	// PING true
}
