package agent

import (
	"os"
	"path/filepath"
	"time"
)

// forgetGone removes what is kept of Envoys that have not been connected for long.
// The time of a file says when its Envoy was seen last.
func (a *Agent) forgetGone(now time.Time) {
	for _, n := range a.connected() {
		_ = os.Chtimes(a.statePath(n.id), now, now) // there is none before Envoy has accepted something
	}
	files, err := filepath.Glob(filepath.Join(a.o.Dir, "*.json"))
	if err != nil {
		return
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil || now.Sub(info.ModTime()) <= a.o.Forget {
			continue
		}
		if err := a.forgetState(file); err != nil {
			a.tell(Warning{Text: "what an Envoy had that is gone: " + err.Error()})
		}
	}
}

// connected are the nodes with a connection.
func (a *Agent) connected() (all []*node) {
	for _, n := range a.all() {
		n.do(func() {
			if len(n.streams) > 0 {
				all = append(all, n)
			}
		})
	}
	return all
}

// forgetState removes a file, and the node that it is of, unless that has connected.
func (a *Agent) forgetState(file string) error {
	var idle *node
	for _, n := range a.all() {
		if a.statePath(n.id) != file {
			continue
		}
		if !n.leaveIfIdle() {
			return nil
		}
		idle = n
	}
	a.mu.Lock()
	defer a.mu.Unlock() // nodes are made under it, and read their file afterwards
	for id, n := range a.nodes {
		if n != idle && a.statePath(id) == file {
			return nil
		}
	}
	if idle != nil {
		delete(a.nodes, idle.id)
	}
	return os.Remove(file)
}
