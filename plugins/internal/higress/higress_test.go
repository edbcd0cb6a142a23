package higress

import (
	"errors"
	"strings"
	"testing"
)

type thing struct {
	Name string `json:"name" required:"true"`
}

func TestAccepts(t *testing.T) {
	all := map[string]Configuration{"alone": {"name: a", ""}, "with a rule": {"name: a", "name: b"}}
	Accepts[thing](t, all)
	all["on top"] = Configuration{"name: a", "{}"}
	AcceptsOverrides[thing](t, all)
}

func TestRefuses(t *testing.T) {
	refuses := func(thing, []byte) error { return errors.New("not this rule") }
	for want, c := range map[string]Configuration{
		"name": {"{}", ""}, "yaml": {"a: [", ""}, "rule: not this rule": {"name: a", "name: b"}, "did not find": {"name: a", "a: ["},
	} {
		if err := check(c, refuses); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", c, err, want)
		}
	}
}
