package trace

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
)

const giveAdmin = "give Envoy's admin endpoint with --envoy-admin http://127.0.0.1:PORT (15000 in Istio's pods, after kubectl port-forward)"

// unasked is what to say where Envoy could not be asked; false where it was.
func (l *look) unasked() (finding, bool) {
	switch {
	case l.envoy.err == nil:
		return finding{}, false
	case errors.Is(l.envoy.err, errNoAdmin):
		return unknown(giveAdmin, l.envoy.err.Error()), true
	default:
		return fail("see that Envoy runs, and that --envoy-admin is its admin endpoint", l.envoy.err.Error()), true
	}
}

// configured is step 9.
func (l *look) configured() finding {
	if f, yes := l.unasked(); yes {
		if errors.Is(l.envoy.err, errNoAdmin) {
			return l.plane.configured()
		}
		return f
	}
	who := fmt.Sprintf("%s, Envoy %s", l.envoy.node, l.envoy.version)
	f := l.envoy.dump.find(l.name())
	switch {
	case f == nil:
		return fail("see the step \"deliver\"; this Envoy may be another one than the resource is for", who, "it has no extension configuration "+l.name())
	case f.refused != "":
		return fail(`mend what it refuses; "sluice inspect" and "sluice apply --dry-run" say it before Envoy does`, who, "it refused the newest: "+oneLine(f.refused))
	case f.remote:
		return fail("have the control plane give it a local file: Envoy's own fetch does not follow changes", who, "it is to fetch the module itself")
	case !f.isWasm():
		return fail("see the steps \"push\" and \"pull\": Envoy gets the plugin when its module can be had", who,
			fmt.Sprintf("it has version %s of %s, and that is no plugin but %s, which stands in for one that can't be had", f.version, f.name, orKind(f.kind)))
	}
	return l.sameFile(f).seen(who, fmt.Sprintf("version %s, since %s", f.version, age(f.updated)), "file "+strings.Join(f.files, ", "))
}

func orKind(kind string) string {
	if kind == "" {
		return "empty"
	}
	return "of the type " + kind
}

// sameFile is ok where one of the files is the module: while a new version gets a
// share of the requests there are two.
func (l *look) sameFile(f *filter) finding {
	var all finding
	for i, file := range f.files {
		g := l.isModule(file)
		if g.state == OK && i > 0 || i == 0 {
			all = g
		}
		if all.state == OK {
			break
		}
	}
	if len(f.files) == 0 {
		return unknown("see Envoy's /config_dump for where its code is from", "it names no file")
	}
	return all
}

// isModule compares the file that Envoy names with the module. On another machine it
// can be told by its name alone.
func (l *look) isModule(file string) finding {
	const again = "wait for the change to come, or see the steps \"deliver\" and \"pull\": Envoy has another module"
	code, err := readBounded(file)
	if err == nil {
		return l.same(sum(code), "the file", again)
	}
	sha, by := l.module()
	stem := strings.TrimSuffix(filepath.Base(file), ".wasm")
	switch {
	case sha != "" && stem == sha:
		return ok("its name is the sha256 of " + by + "; the file itself can't be read from here")
	case l.image.loaded != nil && "sha256:"+stem == l.image.loaded.Manifest:
		return ok("its name is the digest of the registry's image; the file itself can't be read from here")
	case sha != "" && len(stem) == len(sha) && l.plane.through() == "serve":
		return fail(again, fmt.Sprintf("its name is %s, and %s has sha256 %s", stem, by, sha))
	case errors.Is(err, fs.ErrNotExist):
		return unknown("run this command where Envoy runs, to compare the file", "the file can't be read from here")
	}
	return unknown("run this command where Envoy runs, with the right to read the file", err.Error())
}

// loaded is step 10.
func (l *look) loaded() finding {
	if f, yes := l.unasked(); yes {
		return f
	}
	f := l.envoy.dump.find(l.name())
	if f == nil || !f.isWasm() {
		return fail("see the step \"configure\"", "it has loaded no plugin of this name")
	}
	s := l.counters(f)
	facts := s.facts()
	for _, listener := range l.envoy.dump.listeners {
		if listener.warming {
			facts = append(facts, "listener "+listener.name+" is warming")
		}
	}
	switch {
	case l.envoy.state != "LIVE" && l.envoy.state != "":
		return fail("wait: Envoy is starting, or see what it waits for in its log", append(facts, "Envoy is "+l.envoy.state)...)
	case s.hasUpdates && s.reload == 0:
		return fail("see Envoy's log for what it says of the module", append(facts, "no configuration of it was ever loaded")...)
	case s.vmFailures > 0 && s.vmSuccesses < s.vmFailures:
		return fail("see Envoy's log for why the plugin's VM ended, and does not start again", facts...)
	case !s.hasUpdates && l.envoy.stats["wasm.wasm_vm_count"]+l.envoy.stats["wasm.envoy.wasm.runtime.v8.active"] == 0:
		return fail("see Envoy's log for what it says of the module", append(facts, "no VM runs")...)
	case l.envoy.stats["listener_manager.total_listeners_active"] == 0 && len(l.envoy.dump.listeners) > 0:
		return fail("wait: listeners wait for what they need; Envoy's /init_dump says for what", append(facts, "no listener is active")...)
	}
	return ok(facts...)
}

// counters are Envoy's numbers about a plugin.
type counters struct {
	hasUpdates                       bool
	success, rejected, reload, fails int64
	vmReloads, vmSuccesses           int64
	vmFailures, vms                  int64
}

func (l *look) counters(f *filter) counters {
	at, vm := "extension_config_discovery.http_filter."+f.name+".", "wasm."+l.name()+"."
	s := l.envoy.stats
	c := counters{success: s[at+"update_success"], rejected: s[at+"update_rejected"], reload: s[at+"config_reload"], fails: s[at+"config_fail"],
		vmReloads: s[vm+"vm_reload"], vmSuccesses: s[vm+"vm_reload_success"], vmFailures: s[vm+"vm_reload_failure"], vms: s["wasm.envoy.wasm.runtime.v8.active"]}
	_, c.hasUpdates = s[at+"config_reload"]
	return c
}

func (c counters) facts() []string {
	facts := []string{fmt.Sprintf("%d VMs run in this Envoy, of all plugins", c.vms)}
	if !c.hasUpdates {
		return append(facts, "it does not show counters of this configuration")
	}
	facts = append(facts, fmt.Sprintf("updates: %d taken, %d refused; loaded %d times", c.success, c.rejected, c.reload))
	if c.vmReloads+c.vmFailures > 0 {
		facts = append(facts, fmt.Sprintf("VMs that ended and were started again: %d, of which %d failed", c.vmReloads, c.vmFailures))
	}
	return facts
}

// maxReason bounds another's words, in bytes.
const maxReason = 600

// oneLine is another's words, bounded.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "…"
	}
	return text
}
