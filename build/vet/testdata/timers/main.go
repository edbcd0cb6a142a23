// Command timers lets time pass.
package main

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() { time.Sleep(time.Hour) }

type config struct{}

type waiter interface{ wait() }

type sleeper struct{}

func (sleeper) wait() { time.Sleep(time.Second) } // want "timers: time.Sleep in a callback"

type never struct{}

func (never) pause() { time.Sleep(time.Second) }

var start = time.Now()

func init() {
	time.Sleep(time.Millisecond) // want "timers: time.Sleep while the plugin starts"
	wrapper.SetCtx("timers",
		wrapper.ProcessRequestHeaders(onHeaders),
		wrapper.HandleResponseHeaders(straight))
}

func onHeaders(wrapper.HttpContext, config) types.Action {
	<-time.After(time.Second) // want "timers: time.After in a callback"
	var w waiter = sleeper{}
	w.wait()
	nap := time.Sleep // want "timers: time.Sleep in a callback"
	nap(1)
	t := time.NewTimer(time.Second) // want "timers: time.NewTimer"
	select {
	case <-t.C:
	}
	for range time.Tick(time.Second) { // want "timers: time.Tick"
	}
	time.AfterFunc(time.Second, func() {}) // want "timers: time.AfterFunc"
	go func() {
		time.Sleep(time.Second) // want "timers: time.Sleep in a goroutine"
	}()
	_ = time.Since(start)
	return types.ActionContinue
}

func straight(ctx context.Context, _ wrapper.HttpContext, _ config) types.Action {
	if err := call.Sleep(ctx, time.Second); err != nil {
		return types.ActionPause
	}
	time.Sleep(time.Second) // want "timers: time.Sleep in a straight-line handler"
	return types.ActionContinue
}
