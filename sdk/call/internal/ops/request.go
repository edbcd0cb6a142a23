package ops

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// requestOps are the operations of the request header phase.
var requestOps = map[string]func(ctx context.Context) types.Action{
	"none":   func(context.Context) types.Action { return result("none") },
	"once":   once,
	"twice":  twice,
	"join":   join,
	"loop":   loop,
	"nested": nested,
	"deny":   func(ctx context.Context) types.Action { return answer(ctx, types.ActionPause) },
	"deny-continue": func(ctx context.Context) types.Action {
		return answer(ctx, types.ActionContinue)
	},
	"response-reply": func(ctx context.Context) types.Action {
		return answer(ctx, types.ActionPause)
	},
	"sleep":        sleep,
	"nap":          nap,
	"slow":         slow,
	"late":         late,
	"unknown":      unknown,
	"panic-before": func(context.Context) types.Action { panic("before") },
	"panic-after":  func(ctx context.Context) types.Action { get(ctx, "/a"); panic("after") },
	"panic-join":   panicJoin,
	"exit-before":  func(context.Context) types.Action { runtime.Goexit(); return types.ActionContinue },
	"exit-after":   func(ctx context.Context) types.Action { get(ctx, "/a"); runtime.Goexit(); return types.ActionContinue },
	"hold-first":   func(context.Context) types.Action { return types.HeaderStopAllIterationAndWatermark },
	"hold-after": func(ctx context.Context) types.Action {
		get(ctx, "/a")
		return types.HeaderStopAllIterationAndWatermark
	},
	"hold-call":  holdCall,
	"park":       park,
	"stubborn":   stubborn,
	"derived":    derived,
	"update":     update,
	"memory":     memory,
	"reset":      failing("service", "/reset"),
	"dead":       failing("dead", "/a"),
	"empty":      failing("empty", "/a"),
	"status-503": failing("service", "/503"),
	"status-504": failing("service", "/504"),
}

func once(ctx context.Context) types.Action {
	text, err := get(ctx, "/a")
	if err != nil {
		return deny(err)
	}
	return result(text)
}

func twice(ctx context.Context) types.Action {
	one, err := get(ctx, "/a")
	if err != nil {
		return deny(err)
	}
	two, err := get(ctx, "/b")
	if err != nil {
		return deny(err)
	}
	return result(one + two)
}

func join(ctx context.Context) types.Action {
	var texts [3]string
	fetch := func(i int, path string) func(context.Context) error {
		return func(ctx context.Context) (err error) {
			texts[i], err = get(ctx, path)
			return err
		}
	}
	if err := call.Join(ctx, fetch(0, "/a"), fetch(1, "/b"), fetch(2, "/c")); err != nil {
		return deny(err)
	}
	return result(strings.Join(texts[:], ""))
}

func loop(ctx context.Context) types.Action {
	all := ""
	for i := range 10 {
		text, err := get(ctx, "/"+strconv.Itoa(i))
		if err != nil {
			return deny(err)
		}
		all += text
	}
	return result(all)
}

// nested joins functions that join.
func nested(ctx context.Context) types.Action {
	n := 0
	one := func(ctx context.Context) error {
		_, err := get(ctx, "/a")
		n++
		return err
	}
	three := func(ctx context.Context) error { return call.Join(ctx, one, one, one) }
	if err := call.Join(ctx, three, three, one, func(context.Context) error { return nil }); err != nil {
		return deny(err)
	}
	return result(strconv.Itoa(n))
}

func answer(ctx context.Context, action types.Action) types.Action {
	text, _ := get(ctx, "/a")
	proxywasm.SendHttpResponse(403, nil, []byte("denied "+text), -1)
	return action
}

func sleep(ctx context.Context) types.Action {
	before, _ := proxywasm.GetCurrentTime()
	if err := call.Sleep(ctx, 250*time.Millisecond); err != nil {
		return deny(err)
	}
	after, _ := proxywasm.GetCurrentTime()
	return result(strconv.Itoa(int((after - before) / 1e6)))
}

func nap(ctx context.Context) types.Action {
	before, _ := proxywasm.GetCurrentTime()
	if err := call.Sleep(ctx, 20*time.Millisecond); err != nil {
		return deny(err)
	}
	after, _ := proxywasm.GetCurrentTime()
	return result(strconv.Itoa(int((after - before) / 1e6)))
}

func slow(ctx context.Context) types.Action {
	_, err := Client.Get(ctx, "/slow", call.Timeout(100*time.Millisecond))
	return deny(err)
}

// late waits less than the service needs, because of its context.
func late(ctx context.Context) types.Action {
	ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err := Client.Get(ctx, "/slow")
	return deny(err)
}

func unknown(ctx context.Context) types.Action {
	_, err := call.New(wrapper.TargetCluster{Cluster: "nobody"}).Get(ctx, "/")
	if !errors.Is(err, call.ErrUnknownCluster) {
		proxywasm.LogErrorf("unknown cluster: %v", err)
	}
	return deny(err)
}

func panicJoin(ctx context.Context) types.Action {
	call.Join(ctx,
		func(ctx context.Context) error { get(ctx, "/a"); panic("joined") },
		func(ctx context.Context) error { _, err := get(ctx, "/b"); return err })
	return types.ActionContinue
}

// holdCall leaves the stream to a callback.
func holdCall(ctx context.Context) types.Action {
	get(ctx, "/a")
	cluster := wrapper.NewClusterClient(wrapper.TargetCluster{Cluster: "service"})
	cluster.Get("/b", nil, func(_ int, _ [][2]string, body []byte) {
		result("callback " + string(body))
		proxywasm.ResumeHttpRequest()
	})
	return types.HeaderStopAllIterationAndWatermark
}

// park waits long; who unwinds it counts.
func park(ctx context.Context) types.Action {
	_, err := holder.Get(ctx, "/hold", call.Timeout(60*time.Second))
	switch {
	case errors.Is(err, call.ErrStreamEnded) && ctx.Err() != nil:
		count("ended")
	case err != nil:
		return deny(err)
	}
	return result("parked")
}

// stubborn never gives up.
func stubborn(ctx context.Context) types.Action {
	for {
		if _, err := Client.Get(ctx, "/slow", call.Timeout(30*time.Second)); err == nil {
			return types.ActionContinue
		}
		call.Sleep(ctx, time.Millisecond)
	}
}

// derived has a context that a joined function cancels.
func derived(ctx context.Context) types.Action {
	ctx2, cancel := context.WithCancel(ctx)
	defer cancel()
	var got error
	call.Join(ctx,
		func(context.Context) error { _, got = Client.Get(ctx2, "/slow"); return nil },
		func(ctx context.Context) error { get(ctx, "/a"); cancel(); return nil })
	return result(strconv.FormatBool(errors.Is(got, context.Canceled)))
}

func update(ctx context.Context) types.Action {
	var n int
	err := call.Update("counter", func(old []byte) ([]byte, error) {
		n, _ = strconv.Atoi(string(old))
		n++
		return []byte(strconv.Itoa(n)), nil
	})
	if err != nil {
		return deny(err)
	}
	return result(strconv.Itoa(n))
}

// failing calls a service that doesn't answer, or with a status that gateways
// make up for one that doesn't.
func failing(cluster, path string) func(ctx context.Context) types.Action {
	client := call.New(wrapper.TargetCluster{Cluster: cluster, Host: "service.test"}, call.Timeout(2*time.Second))
	return func(ctx context.Context) types.Action {
		resp, err := client.Get(ctx, path)
		if err != nil {
			return deny(err)
		}
		return result(strconv.Itoa(resp.StatusCode))
	}
}

// memory tells what the VM holds: bytes from the system, bytes in use after a
// collection, and goroutines, which coroutines are, too.
func memory(context.Context) types.Action {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return result(strconv.FormatUint(m.Sys, 10) + " " + strconv.FormatUint(m.HeapAlloc+m.StackInuse, 10) + " " +
		strconv.Itoa(runtime.NumGoroutine()))
}
