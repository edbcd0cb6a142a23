package main

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
)

const svc = "outbound|80||svc.static"

func TestCallout(t *testing.T) {
	plugintest.Run(t, plugin{Clusters: []string{svc}}, func(t *testing.T, gw *gateway) {
		gw.Cluster(svc).Answer(answer{Status: 202, Headers: headers{{"x-token", "t"}}, Body: "text"})
		gw.Get("/", do("call")).WantStatus(200)
		gw.Cluster(svc).Only().WantLine("POST", "/token?a=1").WantHeader("x-a", "1").WantBody("question")
		gw.Backend.Only().WantHeader("x-call", "202 t text")
	})
}

func TestCalloutThatFails(t *testing.T) {
	plugintest.Run(t, plugin{Clusters: []string{svc}}, func(t *testing.T, gw *gateway) {
		gw.Cluster(svc).Answer(answer{Reset: plugintest.BeforeHeaders})
		gw.Get("/", do("call")).WantStatus(200)
		if got := gw.Backend.Only().Headers.Get("x-call"); len(got) < 3 || got[:3] != "503" {
			t.Errorf("x-call is %q, want 503", got)
		}
	})
}

func TestUnknownCluster(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.AllowLog("svc.static")
		gw.Get("/", do("call")).WantStatus(200)
		gw.Backend.Only().WantHeader("x-call", "none")
	})
}

// A real server in place of a fake one.
func TestServer(t *testing.T) {
	server := newServer(t, "real")
	plugintest.Run(t, plugin{Servers: map[string]string{svc: server}}, func(t *testing.T, gw *gateway) {
		gw.Get("/", do("call")).WantStatus(200)
		gw.Backend.Only().WantHeader("x-call", "200  real")
	})
}

const redis = "outbound|6379||redis.static"

func TestRedis(t *testing.T) {
	plugintest.Run(t, plugin{Config: `{"redis":true}`, Redis: []string{redis}}, func(t *testing.T, gw *gateway) {
		n := 6
		gw.Redis(redis).AnswerFunc(func(command []string) any {
			if command[0] != "incr" && command[0] != "INCR" {
				return errors.New("ERR unknown command")
			}
			n++
			return n
		})
		for i := range 2 {
			gw.Get("/", do("redis")).WantStatus(200)
			gw.Backend.Want(i + 1)[i].WantHeader("x-redis", strconv.Itoa(7+i))
		}
		if got := gw.Redis(redis).Commands(); len(got) != 2 || got[0][1] != "probe" {
			t.Errorf("commands %q", got)
		}
	})
}

func TestRoute(t *testing.T) {
	plugintest.Run(t, plugin{Route: "default/foo", Upstream: "outbound|80||own.static"}, func(t *testing.T, gw *gateway) {
		gw.Get("/", do("route")).WantStatus(200)
		gw.Backend.Only().WantHeader("x-route", "default/foo")
	})
}

func TestProperties(t *testing.T) {
	plugintest.Run(t, plugin{Properties: map[string]string{"own.thing": "value"}}, func(t *testing.T, gw *gateway) {
		gw.Get("/", do("property")).WantStatus(200)
		gw.Backend.Only().WantHeader("x-property", "value")
	})
}

func TestClock(t *testing.T) {
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	plugintest.Run(t, plugin{Clock: at}, func(t *testing.T, gw *gateway) {
		for i := range 2 {
			gw.Get("/", do("time")).WantStatus(200)
			want := strconv.FormatInt(at.Add(time.Duration(i)*time.Hour).Unix(), 10)
			got := gw.Backend.Want(i + 1)[i].WantHeader("x-host-time", want)
			if gw.Engine() != plugintest.Native {
				got.WantHeader("x-go-time", want)
			}
			gw.Advance(time.Hour)
		}
	})
}

func TestRandom(t *testing.T) {
	var first string
	seeded := plugin{Random: func() io.Reader { return rand.NewChaCha8([32]byte{1}) }}
	for range 2 {
		plugintest.Run(t, seeded, func(t *testing.T, gw *gateway) {
			if gw.Engine() != plugintest.Compiler {
				return // one engine writes first
			}
			gw.Get("/", do("random")).WantStatus(200)
			got := gw.Backend.Only().Headers.Get("x-random")
			if first == "" {
				first = got
			}
			if got == "" || got != first {
				t.Errorf("random %s, then %s", first, got)
			}
		})
	}
}

func TestMetricsStartAtZero(t *testing.T) {
	for range 2 {
		plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
			gw.Get("/").WantStatus(200)
			gw.Get("/").WantStatus(200)
			gw.WantMetric("probe_done", 2)
			if _, ok := gw.Metric("never_defined"); ok {
				t.Error("a metric that nobody defined")
			}
		})
	}
}

// Cases that run at the same time, and share a name, each see what they have added.
func TestMetricsOfParallelCases(t *testing.T) {
	for n := range 3 {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
				for range n + 2 {
					gw.Get("/").WantStatus(200)
				}
				gw.WantMetric("probe_done", int64(n+2))
				time.Sleep(50 * time.Millisecond)
				gw.WantMetric("probe_done", int64(n+2))
			})
		})
	}
}

func TestHistogram(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.Needs(plugintest.Histograms)
		gw.Get("/", do("histogram")).WantStatus(200)
		if count, sum, ok := gw.Histogram("probe_sizes"); count != 1 || sum != 7 || !ok {
			t.Errorf("%d values, sum %d, defined %v", count, sum, ok)
		}
	})
}

func TestSharedData(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.Needs(plugintest.SharedDataAccess)
		gw.SetSharedData("probe", "hello")
		gw.Get("/", do("share")).WantStatus(200)
		if got, ok := gw.SharedData("probe"); got != "hello!" || !ok {
			t.Errorf("%q, %v", got, ok)
		}
	})
}

func TestTicks(t *testing.T) {
	plugintest.Run(t, plugin{Config: `{"tick":true}`}, func(t *testing.T, gw *gateway) {
		before, _ := gw.Metric("probe_ticks")
		gw.Eventually("two ticks", func() bool {
			n, ok := gw.Metric("probe_ticks")
			return ok && n >= before+2
		})
	})
}

func TestConfigure(t *testing.T) {
	plugintest.Run(t, plugin{Config: `{"mark":"one"}`}, func(t *testing.T, gw *gateway) {
		if err := gw.Configure(`{"mark":"two"}`); err != nil {
			t.Fatal(err)
		}
		gw.Get("/").WantStatus(200)
		if err := gw.Configure(`{"refuse":true}`); err == nil {
			t.Error("the plugin took a configuration that it refuses")
		}
		gw.Get("/").WantStatus(200)
		for _, r := range gw.Backend.Want(2) {
			r.WantHeader("x-mark", "two")
		}
	})
}

func TestRefused(t *testing.T) {
	plugintest.RunRefused(t, plugin{Config: `{"refuse":true}`}, "asked to refuse")
}

func TestLogs(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.Get("/", do("error")).WantStatus(200)
		gw.WantLog(plugintest.Error, "asked to complain")
	})
}

// The SDK answers a request that nobody resumes, and says so.
func TestHeldRequest(t *testing.T) {
	plugintest.Run(t, plugin{}, func(t *testing.T, gw *gateway) {
		gw.AllowLog("")
		if res := gw.Get("/", do("hang")); res.Status < 500 {
			t.Errorf("status %d", res.Status)
		}
		gw.Backend.WantNone()
	})
}

// A module from a file, which the native engine can't run.
func TestFile(t *testing.T) {
	code, err := plugintest.Dir(".").Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	file := writeFile(t, code)
	ran := make(chan plugintest.Engine, 4)
	plugintest.Run(t, plugin{Module: plugintest.File(file)}, func(t *testing.T, gw *gateway) {
		ran <- gw.Engine()
		gw.Get("/").WantStatus(200)
	})
	close(ran)
	for e := range ran {
		if e == plugintest.Native {
			t.Error("the native engine ran a file")
		}
	}
	if !bytes.HasPrefix(code, []byte("\x00asm")) {
		t.Errorf("the module begins with % x", code[:4])
	}
}
