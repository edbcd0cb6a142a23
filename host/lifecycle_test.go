package host

import (
	"context"
	"testing"
)

func TestCallbackOrder(t *testing.T) {
	m := compile(t, rigModule("0_2_1", nil))
	_ = m
	r := newRig(t, VMOptions{Config: []byte("vm")})
	r.vm.o.Worker.Do(func() {
		p2, err := r.vm.StartPlugin(context.Background(), "second", []byte("abc"))
		if err != nil {
			t.Fatal(err)
		}
		r.wantEvents("context_create(2,0)", "vm_start(2,2)", "configure(2,3)")
		c := p2.NewHTTPStream(newFakeHTTP())
		r.wantEvents()
		steps := []func() (Action, error){
			func() (Action, error) { return c.OnRequestHeaders(5, false) },
			func() (Action, error) { return c.OnRequestBody(12, true) },
			func() (Action, error) { return c.OnRequestTrailers(1) },
			func() (Action, error) { return c.OnResponseHeaders(2, false) },
			func() (Action, error) { return c.OnResponseBody(13, true) },
			func() (Action, error) { return c.OnResponseTrailers(1) },
		}
		for i, step := range steps {
			if a, err := step(); a != ActionContinue || err != nil {
				t.Errorf("step %d: %v, %v", i, a, err)
			}
		}
		c.Done()
		c.Done()
		r.wantEvents("context_create(3,2)", "request_headers(3,5,0)", "request_body(3,12,1)", "request_trailers(3,1)",
			"response_headers(3,2,0)", "response_body(3,13,1)", "response_trailers(3,1)", "log(3)", "done(3)", "delete(3)")
		if a, err := c.OnRequestBody(1, true); a != ActionContinue || err != nil {
			t.Errorf("after Done: %v, %v", a, err)
		}
		r.wantEvents()
	})
}
