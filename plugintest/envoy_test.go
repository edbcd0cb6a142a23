package plugintest

import (
	"os"
	"testing"
	"time"
)

// An Envoy that died is replaced for the next test case.
func TestEnvoyThatDied(t *testing.T) {
	f := &fleet{doors: map[string]*door{}, redis: map[string]*redisDoor{}}
	if err := f.open(t); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.envoy.Close() })
	first := f.envoy.PID()
	if err := f.open(t); err != nil || f.envoy.PID() != first {
		t.Fatalf("%v, process %d, then %d", err, first, f.envoy.PID())
	}
	p, err := os.FindProcess(first)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-f.envoy.Done():
	case <-time.After(20 * time.Second):
		t.Fatal("Envoy goes on")
	}
	if err := f.open(t); err != nil || f.envoy.PID() == first || f.envoy.Err() != nil {
		t.Errorf("%v, process %d, then %d", err, first, f.envoy.PID())
	}
}
