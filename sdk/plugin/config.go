package plugin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/match"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// parts is a configuration taken apart for its handlers: one handler gets all of
// it, several get the objects under their names.
type parts struct {
	one     bool
	whole   []byte
	byName  map[string][]byte
	order   []string // the names, as they came
	claimed []string
}

// split takes a configuration apart. Keys that say which requests a rule is for
// are left out, as are the rules.
func split(raw []byte, handlers int) (*parts, error) {
	json := jsonscan.Get(raw)
	if json.Kind() != jsonscan.Object {
		return nil, errors.New("want a JSON object")
	}
	p := &parts{one: handlers == 1, byName: map[string][]byte{}}
	for key, value := range json.Members {
		name := key.String()
		if match.IsRuleKey(name) {
			continue
		}
		if _, twice := p.byName[name]; twice {
			return nil, fmt.Errorf("the key %q is there twice", name)
		}
		p.byName[name] = value.Raw()
		p.order = append(p.order, name)
		p.whole = append(p.whole, ',')
		p.whole = append(append(p.whole, key.Raw()...), ':')
		p.whole = append(p.whole, value.Raw()...)
	}
	if len(p.whole) > 0 {
		p.whole[0] = '{'
		p.whole = append(p.whole, '}')
	}
	return p, nil
}

// claim notes a handler's name.
func (p *parts) claim(name string) error {
	if name == "" {
		return errors.New("a handler has no name: its Name must return one")
	}
	if slices.Contains(p.claimed, name) {
		return fmt.Errorf("two handlers are named %q: names must be unique in a module", name)
	}
	p.claimed = append(p.claimed, name)
	return nil
}

// of returns a handler's configuration, and whether there is one.
func (p *parts) of(name string) (json []byte, given bool) {
	json, given = p.byName[name]
	if p.one {
		json, given = p.whole, len(p.whole) > 0
	}
	if !given {
		return []byte("{}"), false
	}
	return json, true
}

// checkUsed refuses a key that is no handler's name.
func (p *parts) checkUsed() error {
	if p.one {
		return nil
	}
	for _, name := range p.order {
		if !slices.Contains(p.claimed, name) {
			return fmt.Errorf("the key %q is the name of no handler; with several handlers each has its configuration under its name: %s",
				name, strings.Join(p.claimed, ", "))
		}
	}
	return nil
}
