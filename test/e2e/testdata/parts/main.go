// Command parts is a filter that changes a body part by part, and waits at each.
package main

import (
	"bytes"
	"context"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/filter"
)

func main() {}

func init() {
	filter.Register(filter.Plugin("parts", nil, func(*struct{}, *filter.Stream) *upper { return &upper{} }, filter.WithCalls()))
}

type upper struct{}

func (*upper) DecodeData(ctx context.Context, d *filter.Data, _ bool) filter.Action {
	if err := call.Sleep(ctx, 150*time.Millisecond); err != nil {
		return filter.Fail(err)
	}
	d.Set(append(bytes.ToUpper(d.Bytes()), '.'))
	return filter.Continue
}
