package wrapper_test

import (
	"fmt"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func TestQueue(t *testing.T) {
	var got []string
	wrapper.SetCtx("queue",
		wrapper.ParseConfig(func(gjson.Result, *noConfig) error {
			if err := wrapper.RegisterQueueFunc("none", nil); err == nil {
				t.Error("no function is accepted")
			}
			return wrapper.RegisterQueueFunc("jobs", func(data []byte) { got = append(got, string(data)) })
		}),
		wrapper.ProcessRequestHeaders(func(ctx wrapper.HttpContext, _ noConfig) types.Action {
			for _, vm := range []string{"", "x", "other"} {
				err := wrapper.Enqueue(vm, "jobs", []byte(ctx.Path()))
				if (err != nil) != (vm == "other") {
					t.Errorf("vm_id %q: %v", vm, err)
				}
			}
			return types.ActionContinue
		}))
	h := plugintest.New(t, plugintest.Options{VMID: "x"})
	h.Send(trailered)
	h.Enqueue("jobs", []byte("from another VM"))
	if fmt.Sprint(got) != "[/ / from another VM]" || len(h.Queue("jobs")) != 0 {
		t.Errorf("got %q, left %q", got, h.Queue("jobs"))
	}
	if err := h.Configure(nil); err != nil {
		t.Fatal(err)
	}
	h.Enqueue("jobs", []byte("after a reload"))
	if got[len(got)-1] != "after a reload" {
		t.Errorf("after a reload: %q", got)
	}
	if err := wrapper.RegisterQueueFunc("late", func([]byte) {}); err == nil {
		t.Error("a queue can be registered at any time")
	}
}

func ExampleRegisterQueueFunc() {
	wrapper.SetCtx("jobs",
		wrapper.ParseConfig(func(gjson.Result, *noConfig) error {
			return wrapper.RegisterQueueFunc("jobs", func(data []byte) { fmt.Println("job", string(data)) })
		}),
		wrapper.ProcessRequestHeaders(func(ctx wrapper.HttpContext, _ noConfig) types.Action {
			_ = wrapper.Enqueue("", "jobs", []byte(ctx.Path()))
			return types.ActionContinue
		}))
	plugintest.New(&testing.B{}, plugintest.Options{}).Request(get)
	// Output: job /
}
