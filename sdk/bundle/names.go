package bundle

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// Log implements abi.Hook: a line of a plugin in a chain begins with its name.
// Those of a filter with one plugin have the filter's name from the gateway.
func (g *guest) Log(level abi.LogLevel, msg string) abi.Status {
	e := g.acting
	abi.SetHook(nil)
	defer abi.SetHook(g)
	if e.root.chain && !named(msg, e.name) {
		msg = "[" + e.name + "] " + msg
	}
	return abi.Log(level, msg)
}

// named reports whether a line begins with a plugin's name in brackets.
func named(line, name string) bool {
	rest, ok := strings.CutPrefix(line, "[")
	rest, found := strings.CutPrefix(rest, name)
	return ok && found && rest != "" && (rest[0] == ']' || rest[0] == '/')
}

// GetProperty implements abi.Hook: a plugin in a chain is told its own name, not
// that of the filter.
func (g *guest) GetProperty(path []string) ([]byte, abi.Status) {
	e := g.acting
	if e.root.chain && len(path) == 1 && (path[0] == "plugin_name" || path[0] == "plugin_root_id") {
		return []byte(e.name), abi.StatusOK
	}
	abi.SetHook(nil)
	defer abi.SetHook(g)
	return abi.GetProperty(path)
}

// own is the name by which the gateway knows what a plugin calls name: plugins of
// a module share neither data nor queues.
func (e *entry) own(name string) string { return e.name + "/" + name }

// GetSharedData implements abi.Hook.
func (g *guest) GetSharedData(key string) ([]byte, uint32, abi.Status) {
	abi.SetHook(nil)
	defer abi.SetHook(g)
	return abi.GetSharedData(g.acting.own(key))
}

// SetSharedData implements abi.Hook.
func (g *guest) SetSharedData(key string, value []byte, cas uint32) abi.Status {
	abi.SetHook(nil)
	defer abi.SetHook(g)
	return abi.SetSharedData(g.acting.own(key), value, cas)
}

// RegisterSharedQueue implements abi.Hook.
func (g *guest) RegisterSharedQueue(name string) (uint32, abi.Status) {
	abi.SetHook(nil)
	defer abi.SetHook(g)
	id, st := abi.RegisterSharedQueue(g.acting.own(name))
	if st == abi.StatusOK {
		g.acting.queues = append(g.acting.queues, id)
	}
	return id, st
}

// ResolveSharedQueue implements abi.Hook: the plugin's own queue, one of a module
// that is no bundle, or one of another plugin of this module, in this order.
func (g *guest) ResolveSharedQueue(vmID, name string) (uint32, abi.Status) {
	e := g.acting
	abi.SetHook(nil)
	defer abi.SetHook(g)
	id, st := abi.ResolveSharedQueue(vmID, e.own(name))
	if st == abi.StatusNotFound {
		id, st = abi.ResolveSharedQueue(vmID, name)
	}
	for _, m := range g.members {
		if st != abi.StatusNotFound {
			break
		}
		id, st = abi.ResolveSharedQueue(vmID, m.name+"/"+name)
	}
	return id, st
}
