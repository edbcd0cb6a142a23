package wrapper

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/internal/match"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// ruleset is a parsed configuration.
type ruleset struct {
	index   *match.Index // nil without rules
	configs []any        // of the rules
	global  any          // nil if there is no global configuration
}

// parseRules parses a configuration. kept takes what a later one can fall back
// on, where the plugin asked for that.
func (p *plugin) parseRules(c config, kept *keeping) (ruleset, error) {
	var set ruleset
	if c.global {
		global, err := p.vm.parsers.parse(p, c.raw)
		if err != nil {
			return set, errors.New("configuration (top level): " + err.Error())
		}
		set.global = global
	}
	if len(c.rules) == 0 {
		if set.global == nil {
			return set, errors.New("configuration: " + match.RulesKey + " is empty, and there is nothing beside it")
		}
		return set, nil
	}
	rules := make([]match.Rule, 0, len(c.rules))
	places := make([]int, 0, len(c.rules)) // in the text
	for i, json := range c.rules {
		rule, config, err := p.parseRule(i, json, set.global, kept)
		if err != nil {
			return set, errors.New(ruleName(i) + ": " + err.Error())
		}
		if config != nil {
			rules, set.configs, places = append(rules, rule), append(set.configs, config), append(places, i)
		}
	}
	if len(rules) == 0 {
		return set, errors.New(match.RulesKey + ": no rule could be parsed, and there is no earlier configuration of one")
	}
	if err := p.repeated(rules, places); err != nil {
		return set, err
	}
	set.index = match.New(rules)
	return set, nil
}

func ruleName(i int) string { return match.RulesKey + "[" + strconv.Itoa(i) + "]" }

// repeated finds rules that can't be reached, because an earlier one has the
// same match keys. It warns of them, or refuses them where the parser does.
func (p *plugin) repeated(rules []match.Rule, places []int) error {
	seen := make(map[string]int, len(rules))
	for i := range rules {
		key := rules[i].Key()
		first, again := seen[key]
		switch {
		case again && p.vm.parsers.unique:
			return errors.New(ruleName(places[i]) + ": has the same match keys as " + ruleName(places[first]))
		case again:
			p.vm.log.Warn(ruleName(places[i]) + ": never used, an earlier rule has the same match keys")
		default:
			seen[key] = i
		}
	}
	return nil
}

// parseRule returns a nil configuration for a rule that is to be left out.
func (p *plugin) parseRule(i int, json jsonscan.Value, global any, kept *keeping) (match.Rule, any, error) {
	rule, err := match.Parse(json)
	if err != nil {
		return rule, nil, err
	}
	config, err := p.parseOne(json.Raw(), global)
	if kept != nil {
		return rule, p.isolation.isolate(p, i, rule.Key(), string(json.Raw()), config, global, kept, err), nil
	}
	if err != nil {
		return rule, nil, err
	}
	return rule, config, nil
}

func (p *plugin) parseOne(json []byte, global any) (any, error) {
	json = bytes.Clone(json) // the plugin's, to change or keep
	if p.vm.parsers.override != nil {
		return p.vm.parsers.override(p, json, global)
	}
	return p.vm.parsers.parse(p, json)
}
