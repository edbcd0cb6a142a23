package bundle

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/log"
)

// member is one plugin of the module.
type member struct {
	name  string
	mine  held
	slots []*slot

	started, refused bool // its VM context, by OnVMStart
	mayWait          bool // its headers may wait for a body
}

// held is what the packages of the SDK keep of the plugin that runs.
type held struct {
	registered dispatch.Registration
	log        log.State
}

// swap makes h what is kept, and returns what was.
func swap(h held) held {
	return held{registered: dispatch.Register(h.registered), log: log.Swap(h.log)}
}

// slot is a VM of its own for each time that a plugin is in one chain.
type slot struct {
	vm    *dispatch.VM
	front abi.Guest // what takes its callbacks: the VM, or what stands before it
}

func (m *member) slot(i int) *slot {
	for len(m.slots) <= i {
		vm := dispatch.NewVM()
		m.slots = append(m.slots, &slot{vm: vm, front: vm})
	}
	return m.slots[i]
}

// module is the state of the one VM that a module is.
var module guest

// Begin says that what is registered from now on is the plugin's of that name.
// The value has no meaning: a call can stand before all others as that of a
// package variable.
func Begin(name string) (called bool) {
	g := &module
	if g.beginning != nil {
		End()
	}
	m := g.find(name)
	if m == nil {
		m = &member{name: name}
		g.members = append(g.members, m)
	}
	g.beginning, g.outside = m, swap(m.mine)
	return true
}

// End says that what is registered from now on is no plugin's.
func End() {
	g := &module
	if m := g.beginning; m != nil {
		m.mine = swap(g.outside)
		m.mayWait = m.mine.registered.MayWaitForBodies()
		g.beginning = nil
	}
}

// Start takes the callbacks of the module. names are the plugins in the order
// in which messages list them.
func Start(names ...string) {
	g := &module
	End()
	ordered := make([]*member, 0, len(names))
	for _, name := range names {
		m := g.find(name)
		if m == nil {
			m = &member{name: name}
		}
		ordered = append(ordered, m)
	}
	g.members = ordered
	g.roots, g.streams = map[uint32]*root{}, map[uint32]*stream{}
	g.stray = dispatch.VMContext() != nil
	abi.SetGuest(g)
}

// find returns the plugin of that name, nil where there is none.
func (g *guest) find(name string) *member {
	for _, m := range g.members {
		if m.name == name {
			return m
		}
	}
	return nil
}
