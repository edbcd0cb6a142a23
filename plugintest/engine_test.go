package plugintest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestParseEngines(t *testing.T) {
	for list, want := range map[string]string{
		"": "[native compiler interpreter envoy]", " ": "[native compiler interpreter envoy]",
		"envoy": "[envoy]", "envoy, native,envoy": "[envoy native]",
	} {
		if got, err := parseEngines(list); err != nil || fmt.Sprint(got) != want {
			t.Errorf("%q: %v, %v; want %s", list, got, err, want)
		}
	}
	for _, bad := range []string{",", "Envoy", "native,", "native;envoy"} {
		if got, err := parseEngines(bad); err == nil || !strings.Contains(err.Error(), "$SLUICE_ENGINES") {
			t.Errorf("%q: %v, %v; want an error", bad, got, err)
		}
	}
}

func TestLacks(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range Lacks() {
		key := fmt.Sprint(l.Engine, l.Feature)
		if seen[key] || l.Why == "" || !slices.Contains(Engines(), l.Engine) {
			t.Errorf("%+v is there twice, or not whole", l)
		}
		seen[key] = true
	}
	if l, ok := lack(Envoy, ClockControl); !ok || !strings.Contains(l.String(), "Envoy's clock is the machine's") {
		t.Errorf("%v, %v", l, ok)
	}
	if l, ok := lack(Native, ClockControl); ok {
		t.Errorf("the native engine lacks %v", l)
	}
}

func TestLevels(t *testing.T) {
	for l := Trace; l <= Critical; l++ {
		if parseLevel(l.String()) != l {
			t.Errorf("%s is read as %s", l, parseLevel(l.String()))
		}
	}
	if parseLevel("off") != Info || Level(99).String() != "unknown" {
		t.Error("unknown levels")
	}
}
