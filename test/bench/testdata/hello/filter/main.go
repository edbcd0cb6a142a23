// Command filter does scenario hello with a filter for each request.
package main

import (
	"context"

	"github.com/sluiceproxy/sluice/sdk/filter"
)

func main() {}

func init() { filter.Register(filter.Plugin("bench", nil, newHello)) }

type hello struct{}

func newHello(*struct{}, *filter.Stream) *hello { return &hello{} }

func (*hello) DecodeHeaders(_ context.Context, h *filter.Headers, _ bool) filter.Action {
	if err := h.Add("hello", "world"); err != nil {
		return filter.Fail(err)
	}
	return filter.Continue
}
