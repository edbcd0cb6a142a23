package wrapper

import "github.com/sluiceproxy/sluice/sdk/internal/match"

// isolate returns a rule's configuration: the one parsed, or where that failed
// the last good one of the same match keys, or nil. What is good is remembered
// as long as the VM lives, for each plugin in it.
func (p *plugin) isolate(rule match.Rule, json string, parsed, global any, err error) any {
	key := p.GetFingerPrint() + "\x00" + p.id + "\x00" + rule.Key()
	if err == nil {
		if p.vm.backups == nil {
			p.vm.backups = make(map[string]string)
		}
		p.vm.backups[key] = json
		return parsed
	}
	backup, ok := p.vm.backups[key]
	if !ok {
		p.vm.log.Error("a rule is left out, it can't be parsed and never could: " + err.Error())
		return nil
	}
	old, oldErr := p.parseOne(backup, global)
	if oldErr != nil {
		p.vm.log.Error("a rule is left out, neither it nor its last good form can be parsed: " + err.Error())
		return nil
	}
	p.vm.log.Warn("a rule keeps its last good form, the new one can't be parsed: " + err.Error())
	return old
}
