package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/run/bench/load"
)

// push is what it takes to change a plugin in an Envoy that serves.
type push struct {
	Side string `json:"side"`
	// CodeCPU is the seconds of CPU from handing over new code until the first
	// request went through it, CodeWait the time; without other load.
	CodeCPU  []float64 `json:"codeCpuSeconds"`
	CodeWait []float64 `json:"codeWaitSeconds"`
	// ConfigMillis is the time from handing over a new configuration until a
	// request saw it, ConfigForceMillis until Envoy says that it is in force,
	// and BusyCodeMillis the same as the former for new code; under load.
	ConfigMillis      []float64 `json:"configMillis"`
	ConfigForceMillis []float64 `json:"configInForceMillis"`
	BusyCodeMillis    []float64 `json:"busyCodeMillis"`
	// Served is how many requests were answered under load meanwhile, all with
	// the status that they should have.
	Served int `json:"served"`
}

// pushes measures pushing through deploy/envoy, which hands Envoy files of
// extension configurations (ECDS), for our wrapper and for that of the field.
func (b *bench) pushes(configs, codes int) ([]*push, error) {
	s := sources{b.data}
	sides := []pushSide{
		{sideCallback, s.plugin("hello", sideCallback), side{plugin: s.in("rules")}},
		{sideHigress, s.higress("hello"), s.higress("rules")},
	}
	idle, err := b.build.read(s.wat("read"))
	if _, is := isMissing(err); is {
		b.say("push: %v", err)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []*push
	for _, s := range sides {
		hello, err := b.build.read(s.hello)
		if err != nil {
			return nil, err
		}
		rules, err := b.build.read(s.rules)
		if err != nil {
			return nil, err
		}
		p := &push{Side: s.name}
		if err := b.push(p, idle, hello, rules, configs, codes); err != nil {
			return nil, fmt.Errorf("push, side %s: %w", s.name, err)
		}
		b.say("push: %s", s.name)
		all = append(all, p)
	}
	return all, nil
}

// pushSide has two plugins: hello, whose code is pushed, and rules, whose
// configuration shows in requests.
type pushSide struct {
	name         string
	hello, rules side
}

// pushed is an Envoy whose plugin changes.
type pushed struct {
	*bench
	*push
	envoy *envoy.Envoy
	serve envoy.Config
	count int // of the changes
}

// push runs one Envoy and changes its plugin again and again.
func (b *bench) push(p *push, idle, hello, rules []byte, configs, codes int) error {
	binary, err := envoy.Find(b.ctx, b.binary)
	if err != nil {
		return err
	}
	w := &pushed{bench: b, push: p, serve: envoy.Config{
		Plugins:  []envoy.Plugin{{Name: "bench", Code: idle}},
		Routes:   []envoy.Route{{Cluster: "upstream"}},
		Clusters: []envoy.Cluster{{Name: "upstream", Address: b.upstream}},
	}}
	options := envoy.Options{Binary: binary, Listen: "127.0.0.1:0", Admin: "127.0.0.1:0", Workers: 1, LogLevel: "warning", Patience: 10 * time.Minute}
	if w.envoy, err = envoy.Start(b.ctx, options, w.serve); err != nil {
		return err
	}
	defer w.envoy.Close()
	for n := range codes {
		if err := w.freshCode(idle, distinct(hello, n)); err != nil {
			return err
		}
	}
	if _, _, err := w.change(rules); err != nil {
		return err
	}
	return w.underLoad(func() error {
		for range configs {
			seen, force, err := w.change(rules)
			if err != nil {
				return err
			}
			p.ConfigMillis, p.ConfigForceMillis = append(p.ConfigMillis, millis(seen)), append(p.ConfigForceMillis, millis(force))
		}
		for n := range codes {
			seen, _, err := w.change(distinct(rules, n))
			if err != nil {
				return err
			}
			p.BusyCodeMillis = append(p.BusyCodeMillis, millis(seen))
		}
		return nil
	})
}

func millis(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}

// freshCode changes from a plugin that costs nothing to code that this Envoy has
// not seen, and counts Envoy's time.
func (w *pushed) freshCode(idle, code []byte) error {
	w.serve.Plugins = []envoy.Plugin{{Name: "bench", Code: idle}}
	if err := w.envoy.Apply(w.ctx, w.serve); err != nil {
		return err
	}
	before, err := load.CPU(w.envoy.PID())
	if err != nil {
		return err
	}
	seen, _, err := w.apply(envoy.Plugin{Name: "bench", Code: code}, "world")
	if err != nil {
		return err
	}
	after, err := load.CPU(w.envoy.PID())
	w.CodeCPU, w.CodeWait = append(w.CodeCPU, rounded([]float64{(after - before).Seconds()})...), append(w.CodeWait, rounded([]float64{seen.Seconds()})...)
	return err
}

// change applies code with a configuration of its own, and returns how long it
// took until a request saw that, and until Envoy said so.
func (w *pushed) change(code []byte) (seen, force time.Duration, err error) {
	w.count++
	value := strconv.Itoa(w.count)
	return w.apply(envoy.Plugin{Name: "bench", Code: code, Config: []byte(`{"value":"` + value + `"}`)}, value)
}

// apply replaces the plugin, and returns how long it took until a request had
// value in its header, and until Envoy said so.
func (w *pushed) apply(p envoy.Plugin, value string) (seen, force time.Duration, err error) {
	w.serve.Plugins = []envoy.Plugin{p}
	watch, err := watchFor(w.envoy.Addr(), value)
	if err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	err = w.envoy.Apply(w.ctx, w.serve)
	force = time.Since(begin)
	if err != nil {
		watch.stop()
		return 0, 0, err
	}
	at, err := watch.wait()
	return at.Sub(begin), force, err
}

// watcher asks again and again until an answer has a value in the header seen.
type watcher struct {
	conn net.Conn
	done chan error
	at   time.Time
}

// watchFor starts asking, a few hundred times a second.
func watchFor(address, value string) (*watcher, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	w := &watcher{conn: conn, done: make(chan error, 1)}
	go func() { w.done <- w.ask(value) }()
	return w, nil
}

func (w *watcher) ask(value string) error {
	r := bufio.NewReader(w.conn)
	for ; ; time.Sleep(time.Millisecond) {
		if _, err := w.conn.Write(get("/")); err != nil {
			return err
		}
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			return err
		}
		resp.Body.Close()
		if resp.Header.Get("Seen") == value {
			w.at = time.Now()
			return nil
		}
	}
}

// wait returns when the value was seen.
func (w *watcher) wait() (time.Time, error) {
	defer w.conn.Close()
	select {
	case err := <-w.done:
		return w.at, err
	case <-time.After(time.Minute):
		return w.at, errors.New("a change that is in force shows in no request")
	}
}

func (w *watcher) stop() { w.conn.Close() }

// underLoad runs f while requests go through, every one of which must be
// answered as it should.
func (w *pushed) underLoad(f func() error) error {
	quit, done := make(chan struct{}), make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			select {
			case <-quit:
				done <- nil
				return
			default:
			}
			var l load.Result
			l, err = load.Fire(w.envoy.Addr(), get("/"), http.StatusOK, 4, time.Second/2)
			w.Served += l.Requests
		}
		done <- err
	}()
	err := f()
	close(quit)
	return errors.Join(err, <-done)
}

// quantileOf is the value below which the part q of values lies, 0 of none.
func quantileOf(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	return at(slices.Sorted(slices.Values(values)), q)
}
