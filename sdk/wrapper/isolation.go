package wrapper

import (
	"errors"
	"maps"

	"github.com/sluiceproxy/sluice/sdk/internal/order"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Counters of what EnableRuleLevelConfigIsolation did.
const (
	metricRulesKept    = "sluice_rules_kept_last_good"
	metricRulesLeftOut = "sluice_rules_left_out"
)

// keptRulesKey is what the shared data key of the good rules begins with. They
// are there and not in the VM, since gateways try an update in a new one.
const keptRulesKey = "sluice_rules:"

// keeping is what a configuration that is being parsed falls back on, and what
// it will leave for the next one: text by match keys.
type keeping struct {
	key               string // in shared data
	present, previous map[string]string
	rules             map[string]string
}

// isolating is what EnableRuleLevelConfigIsolation adds to a plugin: only those
// that call it link its code.
type isolating struct {
	keep    func(p *plugin) *keeping
	isolate func(p *plugin, i int, rule, json string, parsed, global any, kept *keeping, err error) any
	settle  func(p *plugin, k *keeping)
}

// keep begins a configuration.
func (p *plugin) keep() *keeping {
	k := &keeping{key: keptRulesKey + p.GetFingerPrint() + ":" + p.id, rules: map[string]string{}}
	k.load()
	return k
}

// load reads what is kept of the version in force and of the one before.
func (k *keeping) load() (cas uint32) {
	value, cas, err := proxywasm.GetSharedData(k.key)
	if err != nil {
		return cas
	}
	versions := jsonscan.Get(value).Array()
	if len(versions) == 2 {
		k.present, k.previous = rulesOf(versions[0]), rulesOf(versions[1])
	}
	return cas
}

func rulesOf(object jsonscan.Value) map[string]string {
	rules := map[string]string{}
	object.Members(func(key, value jsonscan.Value) bool {
		name, _ := key.Text()
		rules[name] = string(value.Raw())
		return true
	})
	return rules
}

// maxTries bounds how often the rules of a configuration are written, against
// other VMs that do the same.
const maxTries = 10

// save leaves the rules to the next version. Each VM of a gateway does so; only
// the first moves the versions on.
func (k *keeping) save() error {
	var err error
	for range maxTries {
		cas := k.load()
		if maps.Equal(k.present, k.rules) {
			return nil
		}
		b := appendRules([]byte{'['}, k.rules)
		b = append(appendRules(append(b, ','), k.present), ']')
		if err = proxywasm.SetSharedData(k.key, b, cas); !errors.Is(err, types.ErrorStatusCasMismatch) {
			return err
		}
	}
	return err
}

func appendRules(b []byte, rules map[string]string) []byte {
	b = append(b, '{')
	keys := make([]string, 0, len(rules))
	for key := range rules {
		keys = append(keys, key)
	}
	order.Strings(keys)
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(jsonscan.AppendQuoted(b, key), ':')
		b = append(b, rules[key]...)
	}
	return append(b, '}')
}

// settleKept makes a configuration the one in force.
func (p *plugin) settleKept(k *keeping) {
	if err := k.save(); err != nil {
		p.vm.log.Warn("the rules can't be kept for a later version of which one is broken: " + err.Error())
	}
}

// find returns the last good text of a rule.
func (k *keeping) find(rule string) (json string, ok bool) {
	if json, ok = k.present[rule]; !ok {
		json, ok = k.previous[rule]
	}
	return json, ok
}

// isolate returns rule i's configuration: the one parsed, or where that failed
// the last good one of the same match keys, or nil.
func (p *plugin) isolate(i int, rule, json string, parsed, global any, kept *keeping, err error) any {
	if err == nil {
		kept.rules[rule] = json
		return parsed
	}
	last, ok := kept.find(rule)
	if !ok {
		p.leaveOut(i, "it can't be parsed and never could", err)
		return nil
	}
	kept.rules[rule] = last
	old, oldErr := p.parseOne([]byte(last), global)
	if oldErr != nil {
		p.leaveOut(i, "neither it nor its last good form can be parsed", err)
		return nil
	}
	p.vm.log.Warn(ruleName(i) + " keeps its last good form, the new one can't be parsed: " + err.Error())
	proxywasm.DefineCounterMetric(metricRulesKept).Increment(1)
	return old
}

func (p *plugin) leaveOut(i int, why string, err error) {
	p.vm.log.Error(ruleName(i) + " is left out, " + why + ": " + err.Error())
	proxywasm.DefineCounterMetric(metricRulesLeftOut).Increment(1)
}
