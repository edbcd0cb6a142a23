package wrapper_test

import (
	"testing"

	"github.com/higress-group/wasm-go/pkg/wrapper"
)

func TestGetValueFromBody(t *testing.T) {
	body := []byte(`{"a":{"b":1},"c":null}`)
	if v := wrapper.GetValueFromBody(body, []string{"x", "a.b", "c"}); v == nil || v.Int() != 1 {
		t.Errorf("%v", v)
	}
	if v := wrapper.GetValueFromBody(body, []string{"x"}); v != nil {
		t.Errorf("%v", v)
	}
}
