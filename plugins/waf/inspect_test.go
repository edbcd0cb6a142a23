package main

import (
	"fmt"
	"testing"

	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// A rule's status is the answer's where it is one of an answer.
func TestStatus(t *testing.T) {
	for action, want := range map[string]uint32{
		"deny": 403, "deny,status:200": 200, "deny,status:599": 599, "deny,status:199": 403, "deny,status:600": 403,
		"redirect:'https://a.test/'": 302, "redirect:'https://a.test/',status:301": 301, "redirect:'https://a.test/',status:307": 307,
		"redirect:'https://a.test/',status:299": 302, "redirect:'https://a.test/',status:400": 302,
	} {
		config := fmt.Sprintf(`{"secRules":["SecRule ARGS:a \"@streq 1\" \"id:1,phase:1,%s\""]}`, action)
		h := native.New(t, native.Options{Config: []byte(config), LogLevel: 4})
		ex := h.Send(native.Input{Headers: [][2]string{{":method", "GET"}, {":path", "/?a=1"}, {":scheme", "http"}, {":authority", "a.test"}}})
		if ex.Reply == nil || ex.Reply.Status != want {
			t.Errorf("%s: %+v, want %d", action, ex.Reply, want)
		}
		ex.End()
	}
}
