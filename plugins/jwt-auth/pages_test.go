package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/sdk/config"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
	"github.com/sluiceproxy/sluice/test/josetest"
)

// The README and spec.yaml say what the plugin does.
func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{Name: "jwt-auth", Rules: config.OverrideRules})
}

// Unusual requests, with the token of a consumer and with another's.
func TestEdge(t *testing.T) {
	key, other := josetest.New("k", "ES256"), josetest.New("k", "ES256")
	good, bad := key.Token(`{"sub":"alice"}`), other.Token(`{"sub":"alice"}`)
	edge.Run(t, edge.Suite{
		Plugin:   plugintest.Plugin{Config: configOf(consumerOf(josetest.Set(key), `"claims_to_headers":[{"claim":"sub","header":"x-user"}]`))},
		Allowed:  func(r *plugintest.Request) { edge.Set(r, "authorization", "Bearer "+good) },
		Refused:  func(r *plugintest.Request) { edge.Set(r, "authorization", "Bearer "+bad) },
		Statuses: []int{401},
		Trusted:  map[string]string{"x-mse-consumer": "c", "x-user": "alice"},
	})
}
