package wasmplugin

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseCanary(t *testing.T) {
	key := func(pairs ...string) map[string]string {
		m := map[string]string{"other": "1"}
		for i := 0; i < len(pairs); i += 2 {
			m["sluice.dev/canary"+pairs[i]] = pairs[i+1]
		}
		return m
	}
	made := func(change func(*Canary)) *Canary {
		c := &Canary{Interval: time.Minute, MinRequests: 100, MaxErrors: 1, MaxLatency: 50}
		change(c)
		return c
	}
	for name, c := range map[string]struct {
		in   map[string]string
		want *Canary
		err  string
	}{
		"none":             {key(), nil, ""},
		"a share":          {key("", "10%"), made(func(c *Canary) { c.Steps = []int{10, 100} }), ""},
		"a header":         {key("", "header X-Canary=a=b"), made(func(c *Canary) { c.Header, c.Value, c.PinnedFirst = "x-canary", "a=b", true }), ""},
		"both":             {key("", "10%, header x=1"), made(func(c *Canary) { c.Header, c.Value, c.Steps = "x", "1", []int{10, 100} }), ""},
		"steps":            {key("", "5%", "-steps", "5,25, 50%"), made(func(c *Canary) { c.Steps = []int{5, 25, 50, 100} }), ""},
		"a step before":    {key("", "1%", "-steps", "5,100"), made(func(c *Canary) { c.Steps = []int{1, 5, 100} }), ""},
		"header and steps": {key("", "header x=1", "-steps", "50"), made(func(c *Canary) { c.Header, c.Value, c.Steps, c.PinnedFirst = "x", "1", []int{50, 100}, true }), ""},
		"all": {key("", "5%", "-interval", "90s", "-min-requests", "7", "-max-error-rate", "0.5%", "-max-latency-increase", "off"),
			&Canary{Steps: []int{5, 100}, Interval: 90 * time.Second, MinRequests: 7, MaxErrors: 0.5, MaxLatency: -1}, ""},
		"no share":         {key("", "10"), nil, `want a share such as "5%"`},
		"nothing":          {key("", ""), nil, "want a share"},
		"0":                {key("", "0%"), nil, "1% to 99%"},
		"100":              {key("", "100%"), nil, "1% to 99%"},
		"no comma":         {key("", "10%header x=1"), nil, "with a comma"},
		"comma alone":      {key("", "10%,"), nil, "with a comma"},
		"line break":       {key("", "header x=1\n"), nil, "want a share"},
		"falling":          {key("", "5%", "-steps", "50,25"), nil, "that rise"},
		"larger share":     {key("", "50%", "-steps", "5,100"), nil, "50%"},
		"a step of 0":      {key("", "5%", "-steps", "0,100"), nil, "from 1 to 100"},
		"no step":          {key("", "5%", "-steps", ""), nil, "from 1 to 100"},
		"interval":         {key("", "5%", "-interval", "60"), nil, "1s to 24h"},
		"short interval":   {key("", "5%", "-interval", "1ms"), nil, "1s to 24h"},
		"requests":         {key("", "5%", "-min-requests", "-1"), nil, "1 to 1000000"},
		"errors":           {key("", "5%", "-max-error-rate", "1"), nil, "0% to 100%"},
		"not a number":     {key("", "5%", "-max-error-rate", "NaN%"), nil, "0% to 100%"},
		"latency":          {key("", "5%", "-max-latency-increase", "on"), nil, `or "off"`},
		"unknown":          {key("", "5%", "-step", "5"), nil, "there are sluice.dev/canary, sluice.dev/canary-interval"},
		"without the main": {key("-steps", "5"), nil, "without sluice.dev/canary"},
	} {
		got, problems := ParseCanary(c.in)
		var text string
		for _, p := range problems {
			text += p.Key + ": " + p.Err.Error() + "\n"
		}
		if !reflect.DeepEqual(got, c.want) || (c.err == "") != (text == "") || !strings.Contains(text, c.err) {
			t.Errorf("%s: got %+v, want %+v; %s", name, got, c.want, text)
		}
	}
}

// TestCanaryLine: an annotation that can't be used is named with file, line and key.
func TestCanaryLine(t *testing.T) {
	text := "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata:\n  name: x\n  annotations:\n    a: b\n    sluice.dev/canary: 5\n" +
		"spec: {url: \"oci://r.example/x:1\"}\n"
	_, err := Parse("f.yaml", []byte(text))
	if err == nil || !strings.Contains(err.Error(), "f.yaml:7: metadata.annotations") {
		t.Errorf("got %v", err)
	}
	plugins, err := Parse("f.yaml", []byte(strings.Replace(text, "canary: 5", `canary: "5%"`, 1)))
	if err != nil || plugins[0].Canary() == nil || plugins[0].Canary().Steps[0] != 5 {
		t.Errorf("got %+v, %v", plugins, err)
	}
}
