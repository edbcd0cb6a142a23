package registry

import (
	"reflect"
	"sync"
)

// Entry is one plugin.
type Entry struct {
	Plugin string
	Type   reflect.Type
	Rules  uint8 // a config.Rules
}

var (
	lock    sync.Mutex
	entries []Entry
	notify  func()
)

// Add notes a plugin. One that is registered again takes its own place.
func Add(e Entry) {
	lock.Lock()
	replaced := false
	for i := range entries {
		if entries[i].Plugin == e.Plugin {
			entries[i], replaced = e, true
		}
	}
	if !replaced {
		entries = append(entries, e)
	}
	f := notify
	lock.Unlock()
	if f != nil {
		f()
	}
}

// All returns what was noted, in that order.
func All() []Entry {
	lock.Lock()
	defer lock.Unlock()
	return append([]Entry(nil), entries...)
}

// Notify makes Add call f from now on; nil ends that.
func Notify(f func()) {
	lock.Lock()
	defer lock.Unlock()
	notify = f
}
