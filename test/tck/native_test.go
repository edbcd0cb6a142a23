package tck

import (
	"errors"
	"net/url"
	"strconv"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// newNative returns an engine that runs the plugin in this process, on
// sdk/plugintest. A process can have one.
func newNative(t testing.TB) Engine {
	t.Helper()
	e := &nativeEngine{t: t}
	_ = e.Restart()
	return e
}

type nativeEngine struct {
	t    testing.TB
	host *plugintest.Host
	tcp  bool // the host has the plugin for connections
}

// HasTCP implements Engine.
func (e *nativeEngine) HasTCP() bool { return true }

// Restart implements Engine.
func (e *nativeEngine) Restart() error {
	cells.Register() // what it remembers is the VM's
	config, cluster := "http", "upstream"
	if e.tcp {
		config, cluster = "tcp", "tcp"
	}
	e.host = plugintest.New(e.t, plugintest.Options{
		Config: []byte(config), VMConfig: []byte(VMConfig), VMID: "conformance", Name: "conformance", LogLevel: proxywasm.LogLevelWarn,
		MissingClusters: []string{"c-none", ""},
		Properties: map[string]string{
			"xds.route_name": "root", "xds.cluster_name": cluster, "xds.virtual_host_name": "all",
			"source.address": "127.0.0.1:5000", "destination.address": "127.0.0.1:80", "upstream.address": "127.0.0.1:8080",
		},
	})
	e.host.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		body := "callee body"
		return plugintest.HTTPAnswer{Body: []byte(body), Trailers: trailerFields, Headers: [][2]string{
			{":status", "200"}, {"content-type", "text/plain"}, {"x-c-callee", "1"},
		}}
	})
	return nil
}

// Control implements Engine.
func (e *nativeEngine) Control(command string) (string, error) {
	if tcp := ForConnections(command, e.tcp); tcp != e.tcp {
		e.tcp = tcp
		_ = e.Restart()
	}
	if e.tcp {
		e.host.Enqueue(cells.ControlQueue, []byte(command))
		answer, _ := e.host.SharedData(cells.ControlKey)
		return string(answer), nil
	}
	ex := e.host.Request([][2]string{
		{":authority", "a"}, {":path", cells.ControlPath + url.PathEscape(command)}, {":method", "GET"}, {":scheme", "https"},
	})
	defer ex.End()
	if ex.Reply == nil {
		return "", errors.New("no answer to the command")
	}
	return string(ex.Reply.Body), nil
}

// Wait implements Engine.
func (e *nativeEngine) Wait() { e.host.Tick() }

// ticks is how many ticks a stream may wait for.
const ticks = 5

// Exchange implements Engine.
func (e *nativeEngine) Exchange(shape Shape) Effects {
	in := plugintest.Input{Chunks: [][]byte{[]byte(RequestText)}, Headers: append([][2]string{
		{":authority", Host}, {":path", Path}, {":method", "POST"}, {":scheme", "https"}, {"user-agent", "Go-http-client/1.1"},
		{"x-request-id", "00000000-0000-4000-8000-000000000000"},
	}, requestFields...)}
	out := plugintest.Input{Chunks: [][]byte{[]byte(ResponseText)}, Headers: append([][2]string{
		{":status", "200"}, {"content-type", "text/plain"},
	}, responseFields...)}
	if shape.Trailers {
		in.Headers = append(in.Headers, [2]string{"x-c-shape", "trailers"})
		in.Trailers, out.Trailers = trailerFields, trailerFields
	} else {
		in.Headers = append(in.Headers, [2]string{"content-length", strconv.Itoa(len(RequestText))})
		out.Headers = append(out.Headers, [2]string{"content-length", strconv.Itoa(len(ResponseText))})
	}
	ex := e.host.Send(in)
	for range ticks {
		if ex.Upstream.Ended && !ex.Reset && ex.Reply == nil && !ex.Client.Sent() && !ex.Paused() {
			ex.RespondWith(out)
		}
		e.host.Tick()
	}
	ex.End()
	return Effects{Upstream: upstreamOf(ex), Client: clientOf(ex)}
}

func upstreamOf(ex *plugintest.Exchange) string {
	m := ex.Upstream
	if !m.Ended {
		return nothing
	}
	return message(m.Headers.Get(":method")+" "+m.Headers.Get(":path"), m.Headers, string(m.Body), m.Trailers)
}

func clientOf(ex *plugintest.Exchange) string {
	m := ex.Client
	status := m.Headers.Get(":status")
	switch {
	case ex.Reset && m.Sent():
		return status + " and reset"
	case ex.Reset:
		return "reset"
	case !m.Ended:
		return "no answer"
	}
	return message(status, m.Headers, string(m.Body), m.Trailers)
}

// Connect implements Engine.
func (e *nativeEngine) Connect(phase string) Effects {
	c := e.host.Connect()
	if !c.Closed() {
		c.FromClient([]byte(tcpText), false)
	}
	if phase == cells.TickInTCP {
		for range ticks {
			e.host.Tick()
		}
		if len(c.Upstream) == 0 {
			c.FromClient([]byte(" more"), false)
		}
	}
	seen := nothing
	if len(c.Upstream) > 0 {
		seen = strconv.Quote(string(c.Upstream))
		c.FromUpstream([]byte(tcpAnswer), true)
	}
	client := strconv.Quote(string(c.Client))
	if len(c.Client) == 0 {
		client = "no answer"
		if c.Closed() || seen != nothing {
			client = "closed"
		}
	}
	c.Close()
	return Effects{Upstream: seen, Client: client}
}
