package wrapper_test

import (
	"context"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Options of nil handlers are nil, which SetCtx skips.
func TestNilStraightHandlers(t *testing.T) {
	for name, o := range map[string]wrapper.CtxOption[struct{}]{
		"HandleRequestHeaders":  wrapper.HandleRequestHeaders[struct{}](nil),
		"HandleRequestBody":     wrapper.HandleRequestBody[struct{}](nil),
		"HandleResponseHeaders": wrapper.HandleResponseHeaders[struct{}](nil),
		"HandleResponseBody":    wrapper.HandleResponseBody[struct{}](nil),
	} {
		if o != nil {
			t.Errorf("%s(nil) is an option", name)
		}
	}
	wrapper.HandleTick(0, nil)
	wrapper.HandleTick(0, func(context.Context) { t.Error("ran outside of a configuration") })
}
