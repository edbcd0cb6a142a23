package serve

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/build/atomicfile"
	"github.com/sluiceproxy/sluice/deliver/rollout"
)

// maxRefusals and maxRemoved bound how many refusals, and names of plugins that are
// gone, are remembered.
const (
	maxRefusals = 1000
	maxRemoved  = 1000
)

// refusal is a version of a resource that an Envoy has refused. Another version of
// Envoy may take it.
type refusal struct {
	Resource string    `json:"resource"`
	Version  string    `json:"version"`
	Envoy    string    `json:"envoy"`
	Reason   string    `json:"reason"`
	At       time.Time `json:"at"`
	// Node has refused it. Alone says that another node with this version of Envoy
	// has taken it: then the refusal counts for the node alone.
	Node  string `json:"node,omitempty"`
	Alone bool   `json:"alone,omitempty"`
}

func (r *refusal) is(envoy, version string) bool { return r.Envoy == envoy && r.Version == version }

// memory is what outlives this process, besides what package prepare notes. It is
// safe for concurrent use.
type memory struct {
	path string
	mu   sync.Mutex
	data struct {
		Refused []refusal `json:"refused,omitempty"`
		// Removed are plugins whose resource is gone and that Envoys may still name.
		Removed []string `json:"removed,omitempty"`
		// Rollouts are by plugin.
		Rollouts map[string]rollout.State `json:"rollouts,omitempty"`
	}
}

// openMemory reads what an earlier process knew. One that can't be read is begun
// anew, and the error says so.
func openMemory(dir string) (*memory, error) {
	m := &memory{path: filepath.Join(dir, "serve.json")}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &m.data)
	}
	return m, err
}

// save writes it; the caller has the lock.
func (m *memory) save() error {
	text, err := json.Marshal(m.data)
	if err != nil {
		return err
	}
	return atomicfile.WriteFile(m.path, text, 0o600)
}

// refuse remembers a refusal.
func (m *memory) refuse(r refusal) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop(r.Node, r.Envoy, r.Version)
	m.data.Refused = append(m.data.Refused, r)
	if over := len(m.data.Refused) - maxRefusals; over > 0 {
		m.data.Refused = slices.Delete(m.data.Refused, 0, over)
	}
	return m.save()
}

// accept forgets a node's refusal. Those of others count for them alone from now on.
func (m *memory) accept(node, envoy, version string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	changed := m.drop(node, envoy, version)
	for i := range m.data.Refused {
		if r := &m.data.Refused[i]; r.is(envoy, version) && !r.Alone {
			r.Alone, changed = true, true
		}
	}
	if !changed {
		return nil
	}
	return m.save()
}

func (m *memory) drop(node, envoy, version string) bool {
	before := len(m.data.Refused)
	m.data.Refused = slices.DeleteFunc(m.data.Refused, func(r refusal) bool {
		return r.is(envoy, version) && (r.Node == node || r.Node == "")
	})
	return len(m.data.Refused) < before
}

// refused reports whether a node is not to get a version of a resource, because it
// or a node with the same version of Envoy has refused it.
func (m *memory) refused(node, envoy, version string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(m.data.Refused, func(r refusal) bool { return r.is(envoy, version) && (!r.Alone || r.Node == node) })
}

// remove remembers that a plugin is gone; restore, that it is back.
func (m *memory) remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if slices.Contains(m.data.Removed, name) {
		return nil
	}
	if over := len(m.data.Removed) + 1 - maxRemoved; over > 0 {
		m.data.Removed = slices.Delete(m.data.Removed, 0, over)
	}
	m.data.Removed = append(m.data.Removed, name)
	return m.save()
}

func (m *memory) restore(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := slices.Index(m.data.Removed, name)
	if i < 0 {
		return nil
	}
	m.data.Removed = slices.Delete(m.data.Removed, i, i+1)
	return m.save()
}

// removed lists plugins that are gone.
func (m *memory) removed() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.data.Removed)
}
