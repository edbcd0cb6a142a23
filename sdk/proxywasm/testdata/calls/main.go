// Command calls makes many host calls for each request and answers with what
// was wrong, and with how many allocations simple calls cost.
package main

import (
	"runtime"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &plugin{} })
}

type plugin struct {
	types.DefaultPluginContext
	counter proxywasm.MetricCounter
}

func (p *plugin) OnPluginStart(int) types.OnPluginStartStatus {
	p.counter = proxywasm.DefineCounterMetric("calls")
	return types.OnPluginStartStatusOK
}

func (p *plugin) NewHttpContext(uint32) types.HttpContext { return &stream{counter: p.counter} }

type stream struct {
	types.DefaultHttpContext
	counter proxywasm.MetricCounter
	wrong   []string
}

func (s *stream) check(what string, ok bool) {
	if !ok {
		s.wrong = append(s.wrong, what)
	}
}

func (s *stream) OnHttpRequestHeaders(n int, _ bool) types.Action {
	all, err := proxywasm.GetHttpRequestHeaders()
	s.check("all headers", err == nil && len(all) == n)
	s.check("write them back", proxywasm.ReplaceHttpRequestHeaders(append(all, [2]string{"x-new", ""})) == nil)
	again, err := proxywasm.GetHttpRequestHeaders()
	s.check("read them again", err == nil && len(again) == n+1)
	long, err := proxywasm.GetHttpRequestHeader("x-long")
	s.check("a value of 8 KiB", err == nil && long == strings.Repeat("x", 8192))
	empty, err := proxywasm.GetHttpRequestHeader("x-new")
	s.check("an empty value", err == nil && empty == "")
	_, err = proxywasm.GetHttpRequestHeader("x-none")
	s.check("a missing header", err == types.ErrorStatusNotFound)
	s.others()
	return types.ActionContinue
}

func (s *stream) others() {
	path, err := proxywasm.GetProperty([]string{"request", "path"})
	s.check("a property", err == nil && string(path) == "/calls")
	headers, err := proxywasm.GetPropertyMap([]string{"request", "headers"})
	s.check("a map property", err == nil && len(headers) > 3)
	s.check("set a property", proxywasm.SetProperty([]string{"mine"}, []byte("v")) == nil)
	s.check("clear a property", proxywasm.SetProperty([]string{"other"}, nil) == nil)
	s.check("share", proxywasm.SetSharedData("k", []byte("v"), 0) == nil)
	shared, cas, err := proxywasm.GetSharedData("k")
	s.check("read shared", err == nil && string(shared) == "v" && cas != 0)
	s.check("share with an old number", proxywasm.SetSharedData("k", nil, cas+7) == types.ErrorStatusCasMismatch)
	queue, err := proxywasm.RegisterSharedQueue("q")
	s.check("queue", err == nil)
	s.check("enqueue nothing", proxywasm.EnqueueSharedQueue(queue, nil) == nil)
	_, err = proxywasm.DequeueSharedQueue(queue)
	s.check("dequeue", err == nil)
	_, err = proxywasm.DequeueSharedQueue(queue)
	s.check("dequeue from an empty queue", err == types.ErrorStatusEmpty)
	now, err := proxywasm.GetCurrentTime()
	s.check("time", err == nil && now > 1_700_000_000e9)
	level, err := proxywasm.LogLevel()
	s.check("log level", err == nil && level == proxywasm.LogLevelWarn)
	_, err = proxywasm.CallForeignFunction("none", nil)
	s.check("a foreign function that is not there", err == types.ErrorStatusNotFound)
	before := s.counter.Value()
	s.counter.Increment(2)
	s.check("counter", s.counter.Value() == before+2)
	_, err = proxywasm.DispatchHttpCall("none", [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a"}}, nil, nil, 100, nil)
	s.check("a cluster that is not there", err == types.ErrorStatusBadArgument)
}

func (s *stream) OnHttpRequestBody(size int, end bool) types.Action {
	if !end {
		return types.DataStopIterationAndBuffer
	}
	body, err := proxywasm.GetHttpRequestBody(0, size)
	s.check("body", err == nil && len(body) == 20_000)
	part, err := proxywasm.GetHttpRequestBody(19_990, 100)
	s.check("end of the body", err == nil && len(part) == 10)
	s.check("replace", proxywasm.ReplaceHttpRequestBody([]byte("b")) == nil)
	s.check("append", proxywasm.AppendHttpRequestBody([]byte("c")) == nil)
	s.check("prepend", proxywasm.PrependHttpRequestBody([]byte("a")) == nil)
	whole, err := proxywasm.GetHttpRequestBody(0, 100)
	s.check("read it again", err == nil && string(whole) == "abc")
	answer := "allocations=" + strconv.Itoa(allocations()) + " wrong=" + strings.Join(s.wrong, ", ")
	proxywasm.SendHttpResponse(200, nil, []byte(answer), -1)
	return types.ActionPause
}

var sharedKey = []string{"request", "path"}

// allocations returns what a thousand rounds of simple calls allocate.
func allocations() int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 1000 {
		proxywasm.GetProperty(sharedKey)
		proxywasm.SetSharedData("k", []byte("v"), 0)
		proxywasm.GetSharedData("k")
		proxywasm.LogLevel()
		proxywasm.LogDebug("suppressed")
	}
	runtime.ReadMemStats(&after)
	return int(after.Mallocs - before.Mallocs)
}
