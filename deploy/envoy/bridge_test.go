package envoy

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestRedisBridgeIsOptional(t *testing.T) {
	for bridge, want := range map[bool]int{false: 2, true: 3} {
		ls, err := listeners(Options{Listen: "127.0.0.1:10000"}, Config{RedisBridge: bridge}, "/run/x")
		if err != nil || len(ls) != want {
			t.Errorf("bridge %v: %d listeners, %v", bridge, len(ls), err)
		}
		cs, err := clusters([]Cluster{{"a", "127.0.0.1:1"}}, bridge, false)
		if err != nil || len(cs) != want-1 {
			t.Errorf("bridge %v: %d clusters, %v", bridge, len(cs), err)
		}
	}
	own := Config{Clusters: []Cluster{{"sluice-redis", "127.0.0.1:1"}}}
	if err := own.Validate(); err != nil {
		t.Errorf("without the bridge its name is free: %v", err)
	}
	own.RedisBridge = true
	if err := own.Validate(); err == nil || !strings.Contains(err.Error(), "sluice-redis") {
		t.Errorf("a second cluster sluice-redis: %v", err)
	}
}

func TestNewRedisBridge(t *testing.T) {
	b, err := NewRedisBridge()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []json.RawMessage{b.Extension, b.Listener, b.Cluster} {
		var fields map[string]any
		if err := json.Unmarshal(part, &fields); err != nil || fields["@type"] != nil || fields["name"] == nil {
			t.Errorf("%s: %v", part, err)
		}
	}
}

func TestRedisAddresses(t *testing.T) {
	for in, want := range map[string]address{
		"redis://r.example.com": {"r.example.com", 6379, false, false}, "rediss://r.example.com": {"r.example.com", 6379, true, false},
		"rediss://10.0.0.1:7000": {"10.0.0.1", 7000, true, false}, "redis://10.0.0.1:7000/": {"10.0.0.1", 7000, false, false},
	} {
		if got, err := parseAddress(in); err != nil || got != want {
			t.Errorf("%s: %+v, %v", in, got, err)
		}
	}
	for _, bad := range []string{"redis://:p@r", "redis://r/0", "redis://", "valkey://r"} {
		if _, err := parseAddress(bad); err == nil || strings.Contains(err.Error(), ":p@") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// The bridge comes and goes with the plugins that want it; nothing else has one.
func TestRedisBridgeComesAndGoes(t *testing.T) {
	c := testConfig(t)
	e, _ := start(t, c)
	for _, want := range []bool{false, true, true, false} {
		c.RedisBridge = want
		if err := e.Apply(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		for _, page := range []string{"/listeners", "/clusters"} {
			res, err := http.Get(e.AdminURL() + page)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			res.Body.Close()
			if err != nil || strings.Contains(string(b), "sluice-redis") != want {
				t.Errorf("bridge %v: %s, %v", want, b, err)
			}
		}
		if resp, body := get(t, e, "", "/"); resp.StatusCode != http.StatusOK || body != "up" {
			t.Errorf("bridge %v: %d %q", want, resp.StatusCode, body)
		}
	}
}
