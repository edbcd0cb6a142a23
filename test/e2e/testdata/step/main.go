// Command step is a plugin on the raw SDK that does what requests ask of it, and
// logs each of its callbacks: what several in a row do shows how a gateway, or a
// bundle, calls them.
//
// The header x-do has a list of PLUGIN:PHASE:WHAT, where PLUGIN is the name in the
// configuration, PHASE one of DH DD DT EH ED ET, and WHAT a digit, the status to
// return, and what else to do: see do.
package main

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetVMContext(&vm{})
	proxywasm.SetPanicPolicy(func(p proxywasm.Panic) proxywasm.Verdict {
		if forgiving[p.PluginID] {
			return proxywasm.FailOpen
		}
		return proxywasm.FailClosed
	})
}

// Package variables: each copy of the plugin in a bundle has its own.
var (
	forgiving = map[uint32]bool{} // by the plugin's context
	streams   int
)

type vm struct{ types.DefaultVMContext }

func (*vm) NewPluginContext(id uint32) types.PluginContext { return &plugin{id: id} }

type plugin struct {
	types.DefaultPluginContext
	id    uint32
	name  string
	ticks int
}

// OnPluginStart reads the name, with "!" behind it for a plugin whose panics let
// the request go on.
func (p *plugin) OnPluginStart(int) types.OnPluginStartStatus {
	config, err := proxywasm.GetPluginConfiguration()
	if err != nil || bytes.Contains(config, []byte("broken")) {
		proxywasm.LogError("trace refused")
		return types.OnPluginStartStatusFailed
	}
	p.name = jsonscan.Get(config, "name").String()
	p.name, forgiving[p.id] = strings.CutSuffix(p.name, "!")
	if period, ok := map[string]uint32{"a": 50, "b": 200}[p.name]; ok {
		_ = proxywasm.SetTickPeriodMilliSeconds(period)
	}
	return types.OnPluginStartStatusOK
}

func (p *plugin) OnTick() { p.ticks++ }

func (p *plugin) NewHttpContext(uint32) types.HttpContext {
	streams++
	return &stream{plugin: p}
}

type stream struct {
	types.DefaultHttpContext
	*plugin
	todo map[string]string
}

var phases = map[string]int{"DH": 0, "DD": 0, "DT": 0, "EH": 1, "ED": 1, "ET": 1}

func (s *stream) trace(words ...string) {
	proxywasm.LogInfo("trace " + s.name + " " + strings.Join(words, " "))
}

func (s *stream) OnHttpRequestHeaders(_ int, end bool) types.Action {
	do, _ := proxywasm.GetHttpRequestHeader("x-do")
	s.todo = map[string]string{}
	for _, one := range strings.Split(do, ",") {
		if part := strings.SplitN(one, ":", 3); len(part) == 3 && part[0] == s.name {
			s.todo[part[1]] = part[2]
		}
	}
	s.trace("DH", strconv.FormatBool(end))
	_ = proxywasm.AddHttpRequestHeader("x-seen", s.name)
	if path, _ := proxywasm.GetHttpRequestHeader(":path"); path == "/state" {
		s.state()
		return types.ActionPause
	}
	return s.do("DH", end)
}

// state answers with what the plugin knows of itself.
func (s *stream) state() {
	name, _ := proxywasm.GetProperty([]string{"plugin_name"})
	value, cas, err := proxywasm.GetSharedData("count")
	n, _ := strconv.Atoi(string(value))
	if err == nil || err == types.ErrorStatusNotFound {
		err = proxywasm.SetSharedData("count", []byte(strconv.Itoa(n+1)), cas)
	}
	text := "streams=" + strconv.Itoa(streams) + " count=" + strconv.Itoa(n+1) + " ticks=" + strconv.Itoa(s.ticks) + " name=" + string(name)
	if err != nil {
		text += " " + err.Error()
	}
	_ = proxywasm.SendHttpResponse(200, nil, []byte(text), -1)
}

func (s *stream) OnHttpRequestBody(size int, end bool) types.Action {
	s.trace("DD", strconv.Itoa(size), strconv.FormatBool(end))
	return s.do("DD", end)
}

func (s *stream) OnHttpRequestTrailers(n int) types.Action {
	s.trace("DT", strconv.Itoa(n))
	return s.do("DT", true)
}

func (s *stream) OnHttpResponseHeaders(_ int, end bool) types.Action {
	s.trace("EH", strconv.FormatBool(end))
	_ = proxywasm.AddHttpResponseHeader("x-back", s.name)
	_ = proxywasm.RemoveHttpResponseHeader("content-length")
	return s.do("EH", end)
}

func (s *stream) OnHttpResponseBody(size int, end bool) types.Action {
	s.trace("ED", strconv.Itoa(size), strconv.FormatBool(end))
	return s.do("ED", end)
}

func (s *stream) OnHttpResponseTrailers(n int) types.Action {
	s.trace("ET", strconv.Itoa(n))
	return s.do("ET", true)
}

func (s *stream) OnHttpStreamDone() {
	status, _ := proxywasm.GetHttpResponseHeader(":status")
	s.trace("done", status)
}

// do does what the request asks for in a phase.
func (s *stream) do(phase string, end bool) types.Action {
	what := s.todo[phase]
	if what == "" {
		return types.ActionContinue
	}
	action := types.Action(what[0] - '0')
	switch what = what[1:]; {
	case what == "reply":
		s.reply(phase)
	case what == "panic":
		panic("asked for in " + phase)
	case what == "buffer": // until the end, then change it
		if !end {
			return action
		}
		s.change(phase)
		return types.ActionContinue
	case what == "upper":
		s.upper(phase)
	case what == "length":
		_ = proxywasm.RemoveHttpRequestHeader("content-length")
	case what == "late":
		err := proxywasm.AddHttpRequestHeader("x-late", s.name)
		s.trace("late", strconv.FormatBool(err == nil))
	case strings.HasPrefix(what, "call"):
		if !end && phase[1] == 'D' {
			return action // until the end
		}
		s.call(phase, strings.TrimPrefix(what, "call"))
		delete(s.todo, phase)
	}
	return action
}

func (s *stream) reply(phase string) {
	err := proxywasm.SendHttpResponse(403, [][2]string{{"x-from", s.name + phase}}, []byte("no "+s.name), -1)
	if err != nil {
		s.trace("reply", err.Error())
	}
}

// change adds the plugin's name to the body, which it has whole.
func (s *stream) change(phase string) {
	if phases[phase] == 0 {
		body, _ := proxywasm.GetHttpRequestBody(0, 1<<20)
		_ = proxywasm.ReplaceHttpRequestBody(append(body, "["+s.name+"]"...))
		return
	}
	body, _ := proxywasm.GetHttpResponseBody(0, 1<<20)
	_ = proxywasm.ReplaceHttpResponseBody(append(body, "["+s.name+"]"...))
}

// upper changes the part that is shown.
func (s *stream) upper(phase string) {
	if phases[phase] == 0 {
		if part, err := proxywasm.GetHttpRequestBody(0, 1<<20); err == nil {
			_ = proxywasm.ReplaceHttpRequestBody(append(bytes.ToUpper(part), '<', s.name[0], '>'))
		}
		return
	}
	if part, err := proxywasm.GetHttpResponseBody(0, 1<<20); err == nil {
		_ = proxywasm.ReplaceHttpResponseBody(append(bytes.ToUpper(part), '<', s.name[0], '>'))
	}
}

// call asks the backend, and then does what is said.
func (s *stream) call(phase, then string) {
	headers := [][2]string{{":method", "GET"}, {":path", "/call?" + s.name + phase}, {":authority", "backend"}, {"x-do", ""}}
	_, err := proxywasm.DispatchHttpCall("backend", headers, nil, nil, 5000, func(int, int, int) {
		s.trace("answer", phase)
		switch then {
		case "reply":
			s.reply(phase)
			return
		case "panic":
			panic("asked for in the answer in " + phase)
		case "change":
			s.change(phase)
		case "header":
			if phases[phase] == 0 {
				_ = proxywasm.AddHttpRequestHeader("x-called", s.name)
			} else {
				_ = proxywasm.AddHttpResponseHeader("x-called", s.name)
			}
		}
		if phases[phase] == 0 {
			_ = proxywasm.ResumeHttpRequest()
		} else {
			_ = proxywasm.ResumeHttpResponse()
		}
	})
	if err != nil {
		s.trace("call", err.Error())
	}
}
