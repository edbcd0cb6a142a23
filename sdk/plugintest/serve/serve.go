// Package serve runs the plugin of this program natively, in front of real
// traffic: each HTTP request goes through the plugin to an upstream, as package
// plugintest models what Envoy does. "sluice debug" links it into a plugin, so that
// a debugger stops in the plugin's code.
package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// Variable is the environment variable that says what Main does: the JSON of a
// Setup. Without it Main returns at once.
const Variable = "SLUICE_DEBUG"

// Setup says what to serve.
type Setup struct {
	// Listen is the address for clients, Upstream that of where requests go.
	Listen   string `json:"listen"`
	Upstream string `json:"upstream"`
	// Name and Config are the plugin's name and configuration.
	Name   string `json:"name"`
	Config []byte `json:"config"`
	// Clusters are addresses, host:port, of what the plugin calls, by name.
	Clusters map[string]string `json:"clusters"`
}

// Main serves what Variable says, until the program is ended. It is for the last
// init function of a plugin.
func Main() {
	text := os.Getenv(Variable)
	if text == "" {
		return
	}
	var s Setup
	err := json.Unmarshal([]byte(text), &s)
	if err == nil {
		err = Serve(s)
	}
	fmt.Fprintln(os.Stderr, "sluice debug:", err)
	os.Exit(1)
}

// Serve serves the plugin that this program has registered, until it can't.
func Serve(s Setup) error {
	p := &proxy{s: s}
	var err error
	p.plugin, err = plugintest.Start(&standIn{}, plugintest.Options{Config: s.Config, Name: s.Name, HasCluster: p.has,
		Properties: map[string]string{"xds.route_name": "default", "xds.cluster_name": "upstream", "xds.virtual_host_name": "default", "source.address": "127.0.0.1:40000"},
		OnLog:      func(l plugintest.LogLine) { fmt.Println(l) }})
	if err != nil {
		return err
	}
	p.plugin.OnHTTPCall(p.call)
	p.plugin.OnRedisCall(p.redis)
	l, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return err
	}
	go p.tick()
	server := &http.Server{Handler: p, ReadHeaderTimeout: time.Minute}
	return server.Serve(l)
}

// proxy passes requests through the plugin.
type proxy struct {
	s Setup

	mu     sync.Mutex // the plugin runs on one goroutine at a time
	plugin *plugintest.Host
}

func (p *proxy) locked(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// tick makes the plugin's ticks happen.
func (p *proxy) tick() {
	for {
		period := time.Duration(0)
		p.locked(func() { period = time.Duration(p.plugin.TickPeriod()) * time.Millisecond })
		if period == 0 {
			time.Sleep(10 * time.Millisecond)
			continue
		}
		time.Sleep(period)
		p.locked(p.plugin.Tick)
	}
}

func (p *proxy) has(cluster string) bool { return p.s.Clusters[name(cluster)] != "" }

// errBroken makes the server break the client's connection off.
var errBroken = errors.New("the plugin reset the exchange")

// standIn is the test that package plugintest wants. What would fail a test is a
// panic, which the server turns into a broken connection and a line on stderr.
type standIn struct{ testing.TB }

func (*standIn) Helper()                   {}
func (*standIn) Cleanup(func())            {}
func (*standIn) Name() string              { return "sluice debug" }
func (*standIn) Log(...any)                {} // OnLog prints it
func (*standIn) Error(a ...any)            { fmt.Fprintln(os.Stderr, a...) }
func (*standIn) Fatal(a ...any)            { panic(fmt.Sprint(a...)) }
func (*standIn) Logf(f string, a ...any)   { fmt.Printf(f+"\n", a...) }
func (*standIn) Errorf(f string, a ...any) { fmt.Fprintf(os.Stderr, f+"\n", a...) }
func (*standIn) Fatalf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }
