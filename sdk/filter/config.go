package filter

import (
	"errors"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/match"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// chain is a configuration of a bundle: that of each plugin, a *C, nil for one
// that doesn't run.
type chain struct{ configs []any }

// parse parses what holds without a rule.
func (b *bundle) parse(json []byte, c *chain) error {
	c.configs = make([]any, len(b.plugins))
	if b.single {
		return b.parsePlugin(0, withoutRuleKeys(json), nil, c)
	}
	return b.parseKeys(json, chain{}, c)
}

// parseRule parses a rule on top of that.
func (b *bundle) parseRule(json []byte, global chain, c *chain) error {
	if global.configs == nil { // there is nothing but rules
		return b.parse(json, c)
	}
	c.configs = make([]any, len(b.plugins))
	if b.single {
		return b.parsePlugin(0, withoutRuleKeys(json), global.configs[0], c)
	}
	copy(c.configs, global.configs)
	return b.parseKeys(json, global, c)
}

func (b *bundle) parseKeys(json []byte, global chain, c *chain) (err error) {
	object := jsonscan.Get(json)
	if object.Kind() != jsonscan.Object {
		return errors.New("the configuration of a bundle must be an object with the names of its plugins as keys")
	}
	seen := make([]bool, len(b.plugins))
	for key, value := range object.Members {
		if match.IsRuleKey(key.String()) {
			continue
		}
		i := b.find(key.String())
		switch {
		case i < 0:
			err = errors.New(`"` + printable(key.String()) + `" is no plugin of this bundle; it has ` + b.names())
		case seen[i]:
			err = errors.New(b.plugins[i].name + ": is there more than once")
		case value.Kind() == jsonscan.Null:
			c.configs[i] = nil
		default:
			err = b.parsePlugin(i, value.Raw(), parentOf(global, i), c)
		}
		if err != nil {
			return err
		}
		seen[i] = true
	}
	return nil
}

func parentOf(global chain, i int) any {
	if global.configs == nil {
		return nil
	}
	return global.configs[i]
}

func (b *bundle) parsePlugin(i int, json []byte, parent any, c *chain) (err error) {
	p := &b.plugins[i]
	if p.override != nil && parent != nil {
		c.configs[i], err = p.override(parent, json)
	} else {
		c.configs[i], err = p.parse(json)
	}
	if err != nil && !b.single {
		return errors.New(p.name + ": " + err.Error())
	}
	return err
}

func (b *bundle) find(name string) int {
	for i := range b.plugins {
		if b.plugins[i].name == name {
			return i
		}
	}
	return -1
}

func (b *bundle) names() string {
	names := make([]string, len(b.plugins))
	for i := range b.plugins {
		names[i] = b.plugins[i].name
	}
	return strings.Join(names, ", ")
}

// printable cuts a key from a configuration to what an error may show.
func printable(key string) string {
	if len(key) > 40 {
		return key[:40] + "…"
	}
	return key
}

// withoutRuleKeys leaves a plugin its own keys.
func withoutRuleKeys(json []byte) []byte {
	object := jsonscan.Get(json)
	if object.Kind() != jsonscan.Object {
		return json
	}
	out := []byte{'{'}
	for key, value := range object.Members {
		if match.IsRuleKey(key.String()) {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, key.Raw()...), ':'), value.Raw()...)
	}
	return append(out, '}')
}

func isEmptyObject(json []byte) bool {
	object := jsonscan.Get(json)
	for range object.Members {
		return false
	}
	return object.Kind() == jsonscan.Object
}
