package call_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func increment(old []byte) ([]byte, error) {
	n, _ := strconv.Atoi(string(old))
	return strconv.AppendInt(nil, int64(n+1), 10), nil
}

func TestUpdate(t *testing.T) {
	h, _ := runHandler(t, plugintest.Options{}, func(context.Context) {
		for range 3 {
			if err := call.Update("n", increment); err != nil {
				t.Error(err)
			}
		}
	})
	if v, _ := h.SharedData("n"); string(v) != "3" {
		t.Errorf("got %q", v)
	}
}

// Another worker that is faster doesn't lose its change, also where both make
// the key.
func TestUpdateLosesNothing(t *testing.T) {
	for _, there := range []bool{false, true} {
		var h *plugintest.Host
		tries := 0
		h, ex := runHandler(t, plugintest.Options{}, func(ctx context.Context) { call.Sleep(ctx, 1) })
		ex.End()
		if there {
			h.SetSharedData("n", []byte("5"))
		}
		handler := func(context.Context) {
			err := call.Update("n", func(old []byte) ([]byte, error) {
				if tries++; tries < 4 {
					other, _ := increment(old)
					h.SetSharedData("n", other) // as another worker would
				}
				return increment(old)
			})
			if err != nil {
				t.Error(err)
			}
		}
		inSameHost(h, handler)
		want := map[bool]string{false: "4", true: "9"}[there]
		if v, _ := h.SharedData("n"); string(v) != want || tries != 4 {
			t.Errorf("key there before %v: got %q after %d tries, want %s after 4", there, v, tries, want)
		}
	}
}

func TestUpdateGivesUp(t *testing.T) {
	h, ex := runHandler(t, plugintest.Options{}, func(ctx context.Context) { call.Sleep(ctx, 1) })
	ex.End()
	tries := 0
	var got, own error
	boom := errors.New("boom")
	inSameHost(h, func(context.Context) {
		got = call.Update("n", func([]byte) ([]byte, error) {
			tries++
			h.SetSharedData("n", []byte("x"))
			return nil, nil
		})
		own = call.Update("n", func([]byte) ([]byte, error) { return nil, boom })
	})
	if !errors.Is(got, call.ErrContended) || tries != 64 || own != boom {
		t.Errorf("got %v after %d tries, and %v", got, tries, own)
	}
	if errors.Is(got, types.ErrorStatusNotFound) {
		t.Error("an error is two")
	}
}

// inSameHost runs f as the handler of another request to h.
func inSameHost(h *plugintest.Host, f func(context.Context)) {
	wrapper.SetCtx("test", wrapper.HandleRequestHeaders(
		func(ctx context.Context, _ wrapper.HttpContext, _ struct{}) types.Action {
			f(ctx)
			return types.ActionContinue
		}))
	if h.Configure(nil) == nil {
		h.Request(request("x"))
	}
}
