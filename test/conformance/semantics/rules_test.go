package main

import (
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// rules is a configuration named global with these rules.
func rules(list string) string { return `{"name":"global","_rules_":[` + list + `]}` }

// choice says which configuration a request gets.
type choice struct {
	rules           string
	host            string // default a.test
	route, upstream string
	want            string
}

// wantChoice tests on each engine that a request gets the configuration.
func wantChoice(t *testing.T, c choice) {
	t.Helper()
	p := plugintest.Plugin{Config: rules(c.rules), Route: c.route, Upstream: c.upstream}
	plugintest.Run(t, p, func(t *testing.T, gw *plugintest.Gateway) {
		if c.host == "" {
			c.host = "a.test"
		}
		gw.Do(plugintest.Request{Host: c.host}).WantStatus(200).WantHeader("x-response-name", c.want)
		gw.Backend.Only().WantHeader("x-name", c.want)
	})
}

func wantChoices(t *testing.T, choices map[string]choice) {
	t.Helper()
	for name, c := range choices {
		t.Run(name, func(t *testing.T) { wantChoice(t, c) })
	}
}

// rule is a rule named name.
func rule(name, keys string) string { return fmt.Sprintf(`{"name":%q,%s}`, name, keys) }

const (
	cluster   = "outbound|80|v1|svc.static"
	byHost    = `"_match_domain_":["a.test"]`
	byRoute   = `"_match_route_":["r"]`
	byService = `"_match_service_":["svc.static"]`
	byPrefix  = `"_match_route_prefix_":["r"]`
)

// The first rule of the list that matches wins, whatever it looks at and however
// closely it fits.
func TestRuleOrder(t *testing.T) {
	all := `"_match_domain_":["*"]`
	wantChoices(t, map[string]choice{
		"suffix before host":  {rules: rule("one", `"_match_domain_":["*.test"]`) + "," + rule("two", byHost), want: "one"},
		"host before suffix":  {rules: rule("one", byHost) + "," + rule("two", `"_match_domain_":["*.test"]`), want: "one"},
		"prefix before all":   {rules: rule("one", `"_match_domain_":["a*"]`) + "," + rule("two", all), want: "one"},
		"all before prefix":   {rules: rule("one", all) + "," + rule("two", `"_match_domain_":["a*"]`), want: "one"},
		"short before long":   {rules: rule("one", `"_match_domain_":["*t"]`) + "," + rule("two", `"_match_domain_":["*.test"]`), want: "one"},
		"host before route":   {rules: rule("one", byHost) + "," + rule("two", byRoute), route: "r", want: "one"},
		"service, then route": {rules: rule("one", byService) + "," + rule("two", byRoute), route: "r", upstream: cluster, want: "one"},
		"prefix before route": {rules: rule("one", byPrefix) + "," + rule("two", byRoute), route: "r", want: "one"},
		"the second matches":  {rules: rule("one", `"_match_domain_":["b.test"]`) + "," + rule("two", byHost), want: "two"},
		"same keys again":     {rules: rule("one", byHost) + "," + rule("two", byHost), want: "one"},
	})
}

// Of several keys in one rule one counts, and those below it are ignored.
func TestRulePrecedence(t *testing.T) {
	route, other := `"_match_route_":["r"]`, `"_match_domain_":["b.test"]`
	wantChoices(t, map[string]choice{
		"route above host":         {rules: rule("one", route+","+other), route: "r", want: "one"},
		"host below route":         {rules: rule("one", route+","+byHost), route: "x", want: "global"},
		"host above service":       {rules: rule("one", byHost+`,"_match_service_":["x.static"]`), upstream: cluster, want: "one"},
		"service below host":       {rules: rule("one", other+","+byService), upstream: cluster, want: "global"},
		"service above prefix":     {rules: rule("one", byService+`,"_match_route_prefix_":["x"]`), route: "r", upstream: cluster, want: "one"},
		"prefix below service":     {rules: rule("one", `"_match_service_":["x.static"],`+byPrefix), route: "r", upstream: cluster, want: "global"},
		"route and service":        {rules: rule("one", route+","+byService), route: "r", upstream: cluster, want: "one"},
		"route, but not service":   {rules: rule("one", route+`,"_match_service_":["x.static"]`), route: "r", upstream: cluster, want: "global"},
		"service, but not route":   {rules: rule("one", `"_match_route_":["x"],`+byService), route: "r", upstream: cluster, want: "global"},
		"host below both of these": {rules: rule("one", route+","+byService+","+other), route: "r", upstream: cluster, want: "one"},
	})
}

// The port of the authority is no part of the host.
func TestPortOfHost(t *testing.T) {
	wantChoices(t, map[string]choice{
		"name":            {rules: rule("one", byHost), host: "a.test:8080", want: "one"},
		"suffix":          {rules: rule("one", `"_match_domain_":["*.test"]`), host: "a.test:8080", want: "one"},
		"address":         {rules: rule("one", `"_match_domain_":["[2001:db8::1]"]`), host: "[2001:db8::1]:8080", want: "one"},
		"address alone":   {rules: rule("one", `"_match_domain_":["[2001:db8::1]"]`), host: "[2001:db8::1]", want: "one"},
		"another address": {rules: rule("one", `"_match_domain_":["[2001:db8::1]"]`), host: "[2001:db8::2]", want: "global"},
	})
}

func TestHostPatterns(t *testing.T) {
	suffix, label, prefix := `"_match_domain_":["*bar.com"]`, `"_match_domain_":["*.foo.com"]`, `"_match_domain_":["api.*"]`
	wantChoices(t, map[string]choice{
		"no label boundary": {rules: rule("one", suffix), host: "xbar.com", want: "one"},
		"suffix itself":     {rules: rule("one", suffix), host: "bar.com", want: "one"},
		"not the parent":    {rules: rule("one", label), host: "foo.com", want: "global"},
		"below the parent":  {rules: rule("one", label), host: "a.b.foo.com", want: "one"},
		"prefix":            {rules: rule("one", prefix), host: "api.x", want: "one"},
		"not the prefix":    {rules: rule("one", prefix), host: "xapi.x", want: "global"},
		"exact":             {rules: rule("one", byHost), host: "xa.test", want: "global"},
		"any case":          {rules: rule("one", byHost), host: "A.Test", want: "one"},
		"second of a list":  {rules: rule("one", `"_match_domain_":["b.test","a.test"]`), want: "one"},
	})
}

func TestServicePatterns(t *testing.T) {
	port := func(p string) string { return rule("one", `"_match_service_":["svc.static:`+p+`"]`) }
	wantChoices(t, map[string]choice{
		"any port":         {rules: rule("one", byService), upstream: cluster, want: "one"},
		"that port":        {rules: port("80"), upstream: cluster, want: "one"},
		"another port":     {rules: port("81"), upstream: cluster, want: "global"},
		"another form":     {rules: rule("one", byService), upstream: "svc.static", want: "global"},
		"another service":  {rules: rule("one", byService), upstream: "outbound|80||xsvc.static", want: "global"},
		"subset, not name": {rules: rule("one", `"_match_service_":["v1"]`), upstream: cluster, want: "global"},
	})
}

func TestRoutePatterns(t *testing.T) {
	wantChoices(t, map[string]choice{
		"exact":          {rules: rule("one", byRoute), route: "r", want: "one"},
		"only exact":     {rules: rule("one", byRoute), route: "r2", want: "global"},
		"prefix":         {rules: rule("one", byPrefix), route: "r2", want: "one"},
		"only at first":  {rules: rule("one", byPrefix), route: "xr", want: "global"},
		"case of routes": {rules: rule("one", byRoute), route: "R", want: "global"},
	})
}

// A request without a configuration passes as if the plugin were not there, in
// all phases.
func TestNoMatchNoRun(t *testing.T) {
	only := plugintest.Plugin{Config: `{"_rules_":[` + rule("one", byHost) + `]}`}
	plugintest.Run(t, only, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Backend.Answer(plugintest.Answer{Body: "answer"})
		gw.Do(plugintest.Request{Host: "b.test", Body: "body", Headers: do("deny")}).
			WantStatus(200).WantBody("answer").WantHeader("x-seen").WantHeader("content-length", "6")
		gw.Backend.Only().WantHeader("x-name").WantBody("body").WantHeader("content-length", "4")
		gw.Do(plugintest.Request{Host: "a.test", Body: "body"}).WantStatus(200).WantBody("<answer>")
		gw.Backend.Want(2)[1].WantHeader("x-name", "one").WantBody("<body>")
		wantCount(t, gw, "semantics_done", 1)
	})
}

// do is the header that says what the plugin does.
func do(what string) plugintest.Headers { return plugintest.Headers{{"x-do", what}} }
