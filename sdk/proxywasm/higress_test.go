package proxywasm_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func TestRedis(t *testing.T) {
	var got []string
	s := &steps{request: func() types.Action {
		if err := proxywasm.RedisInit("redis", "user", "secret", 250); err != nil {
			t.Error(err)
		}
		_, err := proxywasm.DispatchRedisCall("redis", []byte("*1\r\n$4\r\nPING\r\n"), func(status, size int) {
			answer, err := proxywasm.GetRedisCallResponse(0, size)
			if status != 0 || err != nil {
				t.Errorf("status %d, %v", status, err)
			}
			got = append(got, string(answer))
			proxywasm.ResumeHttpRequest()
		})
		if err != nil {
			t.Error(err)
		}
		return types.ActionPause
	}}
	h := runSteps(t, s, plugintest.Options{})
	ex := h.Request(plain)
	if !ex.Paused() {
		t.Error("the request did not wait for Redis")
	}
	h.OnRedisCall(func(plugintest.RedisCall) plugintest.RedisAnswer {
		return plugintest.RedisAnswer{Body: []byte("+PONG\r\n")}
	})
	if !slices.Equal(got, []string{"+PONG\r\n"}) || !ex.Upstream.Ended {
		t.Errorf("answers %q, upstream %+v", got, ex.Upstream)
	}
	want := plugintest.RedisClient{Username: "user", Password: "secret", Timeout: 250 * time.Millisecond}
	if c := h.RedisClients()["redis"]; c != want {
		t.Errorf("client %+v, want %+v", c, want)
	}
}

func TestInject(t *testing.T) {
	s := &steps{responseBody: func() types.Action {
		if err := proxywasm.InjectEncodedDataToFilterChain([]byte("injected"), true); err != nil {
			t.Error(err)
		}
		return types.DataStopIterationNoBuffer
	}}
	ex := runSteps(t, s, plugintest.Options{}).Request(plain)
	ex.Respond([][2]string{{":status", "200"}}, []byte("dropped"))
	if string(ex.Client.Body) != "injected" || !ex.Client.Ended {
		t.Errorf("the client got %+v", ex.Client)
	}
	inRequest(t, plugintest.Options{}, func() {
		if err := proxywasm.InjectEncodedDataToFilterChain(nil, true); !errors.Is(err, types.ErrorStatusBadArgument) {
			t.Errorf("before there is a response: %v", err)
		}
	})
}

func TestUpstreamHosts(t *testing.T) {
	hosts := [][2]string{{"10.0.0.1:80", ""}, {"10.0.0.2:80", "load 3"}}
	_, ex := inRequest(t, plugintest.Options{UpstreamHosts: hosts}, func() {
		got, err := proxywasm.GetUpstreamHosts()
		if err != nil || !slices.Equal(got, hosts) {
			t.Errorf("hosts %q, %v", got, err)
		}
		if err := proxywasm.SetUpstreamOverrideHost([]byte(hosts[1][0])); err != nil {
			t.Error(err)
		}
	})
	if ex.OverrideHost != "10.0.0.2:80" {
		t.Errorf("override host %q", ex.OverrideHost)
	}
	inRequest(t, plugintest.Options{}, func() {
		if _, err := proxywasm.GetUpstreamHosts(); !errors.Is(err, types.ErrorStatusNotFound) {
			t.Errorf("no hosts: %v", err)
		}
	})
}

func TestForeignFunctionEvent(t *testing.T) {
	before := proxywasm.GetVMContext()
	defer proxywasm.SetVMContext(before)
	p := &foreign{}
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return p })
	plugintest.New(t, plugintest.Options{}).ForeignEvent(7, []byte("data"))
	if p.id != 7 || p.data != "data" {
		t.Errorf("function %d with %q", p.id, p.data)
	}
}

type foreign struct {
	types.DefaultPluginContext
	id   uint32
	data string
}

func (p *foreign) OnForeignFunction(id uint32, size int) {
	data, _ := proxywasm.GetForeignFunctionData(0, size)
	p.id, p.data = id, string(data)
}
