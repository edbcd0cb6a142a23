// Command blocking waits in all the ways that end a VM, and in those that don't.
package main

import (
	"context"
	"sync"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/build/vet/testdata/blocking/inner"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {
	<-make(chan int) // a gateway never runs main
}

type config struct {
	client wrapper.HttpClient
	jobs   chan int
}

var (
	results = make(chan int)
	queue   = make(chan int, 10)
	work    = make(chan int)
)

func init() {
	wrapper.SetCtx("blocking",
		wrapper.ParseConfig(parse),
		wrapper.ProcessRequestHeaders(dead),
		wrapper.ProcessRequestBody(alive),
		wrapper.HandleResponseHeaders(straight),
		wrapper.ProcessResponseBody(groups))
	go func() {
		for range work { // a goroutine may wait for ever
		}
	}()
}

func parse(_ gjson.Result, c *config) error {
	c.jobs = make(chan int)
	c.jobs <- 1 // want "blocking: send to c.jobs while the plugin starts"
	return nil
}

func dead(_ wrapper.HttpContext, c config) types.Action {
	_ = <-results // want "blocking: receive from results in a callback, which nobody ends"
	helper(c.jobs)
	ch := make(chan []byte)
	err := c.client.Get("/", nil, func(_ int, _ [][2]string, body []byte) {
		ch <- body
	})
	if err != nil {
		return types.ActionContinue
	}
	<-ch      // want "blocking: receive from ch in a callback: the call's callback, which would end it"
	select {} // want "blocking: select without default"
	unbuffered := make(chan int)
	unbuffered <- 1        // want "blocking: send to unbuffered"
	for range unbuffered { // want "blocking: range over unbuffered"
	}
	select { // want "blocking: select without default"
	case <-results:
	case unbuffered <- 2:
	}
	inner.Wait()
	var nothing chan int
	<-nothing // want "blocking: receive from nothing"
	return types.ActionContinue
}

func helper(jobs <-chan int) {
	for j := range jobs { // want "blocking: range over jobs in a callback"
		_ = j
	}
}

func alive(_ wrapper.HttpContext, _ config, body []byte) types.Action {
	done := make(chan int)
	go func() { done <- len(body) }()
	<-done
	closed := make(chan struct{})
	go func() {
		defer close(closed)
	}()
	<-closed
	buffered := make(chan int, 1)
	buffered <- 1
	<-buffered
	queue <- 1
	sized := make(chan int, len(body))
	sized <- 1
	for x := range produce(body) {
		_ = x
	}
	select {
	case x := <-results:
		_ = x
	default:
	}
	select {
	case <-done:
	case <-results:
	}
	work <- 1
	feeders := []chan int{make(chan int)}
	for _, f := range feeders {
		go feed(f)
	}
	for _, f := range feeders {
		<-f
	}
	return types.ActionContinue
}

func produce(body []byte) <-chan byte {
	out := make(chan byte)
	go func() {
		defer close(out)
		for _, b := range body {
			out <- b
		}
	}()
	return out
}

func feed(out chan<- int) { out <- 1 }

func straight(ctx context.Context, _ wrapper.HttpContext, _ config) types.Action {
	<-ctx.Done() // want "blocking: receive from ctx.Done\\(\\) in a straight-line handler"
	select {
	case <-ctx.Done():
	default:
	}
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	mu.Lock()
	cond.Wait() // want "blocking: cond.Wait"
	mu.Unlock()
	return types.ActionContinue
}

func groups(_ wrapper.HttpContext, c config, _ []byte) types.Action {
	var fine sync.WaitGroup
	fine.Add(1)
	go func() { defer fine.Done() }()
	fine.Wait()
	fine.Go(func() {})
	fine.Wait()
	var late sync.WaitGroup
	late.Add(1)
	_ = c.client.Get("/", nil, func(int, [][2]string, []byte) { late.Done() })
	late.Wait() // want "blocking: late.Wait in a callback: the call's callback"
	pass(&fine)
	return types.ActionContinue
}

func pass(wg *sync.WaitGroup) {
	wg.Add(1)
	go wg.Done()
	wg.Wait()
}

// nobody calls this.
func unused() { <-results }
