// Command filter makes an object for each request.
package main

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/sdk/filter"
)

func main() {}

type config struct{}

type slow struct{ config *config }

// DecodeHeaders implements filter.HeadersDecoder.
func (s *slow) DecodeHeaders(context.Context, *filter.Headers, bool) filter.Action {
	time.Sleep(1) // want "timers: time.Sleep"
	return filter.Continue
}

// OnLog implements filter.Logger.
func (s *slow) OnLog() {
	<-make(chan int) // want "blocking: receive from make"
	var done chan int
	<-done // want "blocking: receive from done"
}

func parse([]byte) (config, error) {
	<-time.After(1) // want "timers: time.After"
	return config{}, nil
}

func init() {
	filter.Register(filter.Plugin("slow", parse, func(c *config, _ *filter.Stream) *slow { return &slow{c} }))
}
