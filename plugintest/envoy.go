package plugintest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/deploy/envoy"
)

// fleet is the Envoy of this test binary, and the ports behind which the fake
// servers of the test case whose turn it is are. Ports stay the same, so that
// Envoy need not hear of other clusters in each case.
type fleet struct {
	turn  sync.Mutex // held by a test case
	envoy *envoy.Envoy
	cases int
	doors map[string]*door
	redis map[string]*redisDoor
	now   atomic.Pointer[listening]
}

// listening is the case that log lines are for.
type listening struct {
	vmID string
	logs *logs
}

// theFleet serves the whole test binary; it is made when the first test needs it.
var theFleet = fleet{doors: map[string]*door{}, redis: map[string]*redisDoor{}}

// onEnvoy is a plugin on Envoy.
type onEnvoy struct {
	network
	f      *fleet
	config envoy.Config
	before map[string]int64 // counters when the case began
}

// loadTime bounds how long Envoy may take to load a plugin; V8 compiles about
// 2 MB of Go code a second, on a machine without other work.
const loadTime = 5 * time.Minute

func startEnvoy(gw *Gateway) (session, error) {
	gw.t.Helper()
	code, err := load(gw.p.Module)
	if err != nil {
		return nil, err
	}
	var refused *build.RefusedError
	if errors.As(build.Check(code, build.Envoy), &refused) {
		l, _ := lack(Envoy, HigressCalls)
		gw.t.Skipf("%s: %v", l, refused)
	}
	f := &theFleet
	waiting := time.Now()
	f.turn.Lock()
	gw.t.Cleanup(f.turn.Unlock)
	if err := f.open(gw.t); err != nil {
		return nil, err
	}
	gw.waited = time.Since(waiting)
	return f.start(gw, code)
}

// open starts the Envoy if there is none that runs.
func (f *fleet) open(t testing.TB) error {
	t.Helper()
	if f.envoy != nil && f.envoy.Err() == nil {
		return nil
	}
	if f.envoy != nil {
		_ = f.envoy.Close() // it died; its files are left
		f.envoy = nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	binary, err := envoy.Find(ctx, "")
	if errors.Is(err, envoy.ErrNotFound) && !strict() {
		t.Skipf("the part on Envoy is skipped: %v", err)
	}
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "sluice-plugintest-")
	if err != nil {
		return err
	}
	e, err := envoy.Start(ctx, envoy.Options{
		Binary: binary, Listen: "127.0.0.1:0", Admin: "127.0.0.1:0", Workers: 1, LogLevel: "debug", Patience: loadTime,
		Dir: dir, Trailers: true, NoStaging: true, OnPlugin: f.onPlugin, OnLog: f.onLog,
	}, envoy.Config{})
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	f.envoy = e
	return guard(e.PID(), dir)
}

// start gives Envoy the plugin of a test case.
func (f *fleet) start(gw *Gateway, code []byte) (session, error) {
	places, err := gw.places(f.door, f.redisDoor)
	if err != nil {
		return nil, err
	}
	f.cases++
	s := &onEnvoy{f: f, config: envoy.Config{
		Plugins:     []envoy.Plugin{{Name: gw.p.Name, Code: code, Config: []byte(gw.p.Config), VMID: fmt.Sprintf("case-%d", f.cases)}},
		Routes:      []envoy.Route{{Name: gw.p.Route, Cluster: gw.p.Upstream}},
		RedisBridge: build.UsesRedisBridge(code),
	}}
	for _, p := range places {
		s.config.Clusters = append(s.config.Clusters, envoy.Cluster{Name: p.name, Address: p.address})
	}
	if s.before, err = counters(f.envoy.AdminURL()); err != nil {
		return nil, err
	}
	f.now.Store(&listening{s.config.Plugins[0].VMID, &gw.logs})
	gw.t.Cleanup(func() { f.end(gw) })
	if err := s.apply(); err != nil {
		return nil, err
	}
	s.network = network{t: gw.t, addr: f.envoy.Addr()}
	return s, nil
}

func (s *onEnvoy) apply() error {
	ctx, cancel := context.WithTimeout(context.Background(), loadTime)
	defer cancel()
	return s.f.envoy.Apply(ctx, s.config)
}

// end waits for the last log lines of a case and closes its doors.
func (f *fleet) end(gw *Gateway) {
	quiet := len(gw.logs.all())
	for range 10 {
		time.Sleep(2 * time.Millisecond)
		n := len(gw.logs.all())
		if n == quiet {
			break
		}
		quiet = n
	}
	f.now.Store(nil)
	for _, d := range f.doors {
		d.to.Store(nil)
	}
	for _, d := range f.redis {
		d.to.Store(nil)
	}
	if err := f.envoy.Err(); err != nil {
		gw.t.Errorf("Envoy: %v", err)
	}
}

// door lets a backend be reached under a cluster's name.
func (f *fleet) door(name string, b *Backend) (string, error) {
	d := f.doors[name]
	if d == nil {
		var err error
		if d, err = newDoor(b); err != nil {
			return "", err
		}
		f.doors[name] = d
	}
	d.to.Store(b)
	return d.server.Addr(), nil
}

func (f *fleet) redisDoor(name string, r *Redis) (string, error) {
	d := f.redis[name]
	if d == nil {
		var err error
		if d, err = newRedisDoor(r); err != nil {
			return "", err
		}
		f.redis[name] = d
	}
	d.to.Store(r)
	return d.addr(), nil
}

// onPlugin takes a plugin's line, unless it is from a case that is over.
func (f *fleet) onPlugin(l envoy.PluginLine) {
	if now := f.now.Load(); now != nil && (l.VMID == "" || l.VMID == now.vmID) {
		now.logs.add(parseLevel(l.Level), l.Text)
	}
}

// onLog takes Envoy's own errors.
func (f *fleet) onLog(l envoy.Line) {
	level := parseLevel(l.Level)
	if now := f.now.Load(); now != nil && level >= Error {
		now.logs.add(level, "Envoy: "+l.Component+": "+l.Text)
	}
}

func (s *onEnvoy) configure(config []byte) error {
	old := s.config.Plugins
	p := old[0]
	p.Config = config
	s.config.Plugins = []envoy.Plugin{p}
	err := s.apply()
	if err != nil {
		s.config.Plugins = old
	}
	return err
}

func (s *onEnvoy) metric(name string) (int64, bool, error) {
	values, err := counters(s.f.envoy.AdminURL())
	if err != nil {
		return 0, false, err
	}
	if n, ok := values[name]; ok {
		return n - s.before[name], true, nil
	}
	values, err = gauges(s.f.envoy.AdminURL())
	n, ok := values[name]
	return n, ok, err
}
