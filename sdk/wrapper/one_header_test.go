package wrapper

import (
	"errors"
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func TestOneRequestHeader(t *testing.T) {
	for name, c := range map[string]struct {
		values []string
		want   string
		err    error
	}{
		"one":              {[]string{"Bearer a"}, "Bearer a", nil},
		"spaces":           {[]string{" Bearer a\t"}, "Bearer a", nil},
		"none":             {nil, "", types.ErrorStatusNotFound},
		"empty":            {[]string{" "}, "", types.ErrorStatusNotFound},
		"two":              {[]string{"Bearer a", "Bearer b"}, "", ErrSeveralValues},
		"two alike":        {[]string{"Bearer a", "Bearer a"}, "", ErrSeveralValues},
		"empty before one": {[]string{"", "Bearer a"}, "", ErrSeveralValues},
		"joined":           {[]string{"Bearer a, Bearer b"}, "", ErrSeveralValues},
		"a comma, quoted":  {[]string{`Key "a,b"`}, `Key "a,b"`, nil},
		"a quote, escaped": {[]string{`Key "a\",b"`}, `Key "a\",b"`, nil},
		"an open quote":    {[]string{`Key "a`}, "", ErrSeveralValues},
	} {
		var got string
		var err error
		h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			got, err = OneRequestHeader("Authorization")
			return types.HeaderContinue
		}))
		request := requestTo("GET", "a.test", "/")
		for _, v := range c.values {
			request = append(request, [2]string{"authorization", v})
		}
		h.Request(request)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: got %q, %v, want %q, %v", name, got, err, c.want, c.err)
		}
	}
}

func ExampleOneRequestHeader() {
	onRequestHeaders := func(HttpContext, struct{}) types.Action {
		token, err := OneRequestHeader("authorization")
		if err != nil {
			_ = proxywasm.SendHttpResponse(401, nil, nil, -1)
			return types.ActionPause
		}
		fmt.Println("checks", len(token), "bytes")
		return types.ActionContinue
	}
	_ = NewCommonVmCtx("auth", ProcessRequestHeaders(onRequestHeaders))
}

func ExampleKeepContentLength() {
	_ = NewCommonVmCtx("read-only",
		KeepContentLength[struct{}](),
		ProcessRequestBody(func(_ HttpContext, _ struct{}, body []byte) types.Action {
			fmt.Println("read", len(body), "bytes")
			return types.ActionContinue
		}))
}
