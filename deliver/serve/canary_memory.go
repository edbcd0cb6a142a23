package serve

import "github.com/sluiceproxy/sluice/deliver/rollout"

// keepRollout remembers the rollout of a plugin; nil forgets it.
func (m *memory) keepRollout(plugin string, state *rollout.State) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	old, there := m.data.Rollouts[plugin]
	switch {
	case state == nil && !there, state != nil && there && old == *state:
		return nil
	case state == nil:
		delete(m.data.Rollouts, plugin)
	default:
		if m.data.Rollouts == nil {
			m.data.Rollouts = map[string]rollout.State{}
		}
		m.data.Rollouts[plugin] = *state
	}
	return m.save()
}

// rollout is what is remembered.
func (m *memory) rollout(plugin string) (rollout.State, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.data.Rollouts[plugin]
	return s, ok
}
