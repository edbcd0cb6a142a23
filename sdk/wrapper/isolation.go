package wrapper

import "github.com/sluiceproxy/sluice/sdk/proxywasm"

// Counters of what EnableRuleLevelConfigIsolation did.
const (
	metricRulesKept    = "rules_kept_last_good"
	metricRulesLeftOut = "rules_left_out"
)

// keptRules are the good rules of one configuration, its present version and
// the one before: text by match keys. A VM keeps those of configurations that
// are in force in it.
type keptRules struct {
	present, previous map[string]string
	users             int // plugin contexts
}

// keeping is what a configuration that is being parsed will keep.
type keeping struct {
	key   string // of the configuration
	last  *keptRules
	rules map[string]string
}

// keep begins a configuration. It returns nil where nothing is to be kept.
func (p *plugin) keep() *keeping {
	if !p.isolation {
		return nil
	}
	key := p.GetFingerPrint() + "\x00" + p.id
	return &keeping{key: key, last: p.vm.kept[key], rules: map[string]string{}}
}

// settleKept makes a configuration the one in force. It may replace one of this
// plugin context that had another id.
func (p *plugin) settleKept(k *keeping) {
	before := p.kept
	if k != nil {
		p.use(k)
	} else {
		p.kept = nil
	}
	if before != p.kept {
		p.vm.release(before)
	}
}

func (p *plugin) use(k *keeping) {
	all := k.last
	if all == nil {
		all = &keptRules{}
		if p.vm.kept == nil {
			p.vm.kept = make(map[string]*keptRules)
		}
		p.vm.kept[k.key] = all
	}
	all.previous, all.present = all.present, k.rules
	if p.kept != all {
		all.users++
	}
	p.kept = all
}

// release forgets rules that no plugin context has in force any more.
func (v *vm) release(k *keptRules) {
	if k == nil {
		return
	}
	if k.users--; k.users > 0 {
		return
	}
	for key, other := range v.kept {
		if other == k {
			delete(v.kept, key)
		}
	}
}

// OnPluginDone implements types.PluginContext.
func (p *plugin) OnPluginDone() bool {
	p.vm.release(p.kept)
	p.kept = nil
	return true
}

// find returns the last good text of a rule.
func (k *keeping) find(rule string) (json string, ok bool) {
	if k.last == nil {
		return "", false
	}
	if json, ok = k.last.present[rule]; !ok {
		json, ok = k.last.previous[rule]
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
	old, oldErr := p.parseOne(last, global)
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
