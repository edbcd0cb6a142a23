package agent

import (
	"os"
	"path/filepath"
	"time"

	"github.com/sluiceproxy/sluice/deliver/prepare"
)

// prune removes modules that nobody uses, from time to time.
func (a *Agent) prune() {
	tick := time.NewTicker(a.o.Prune)
	defer tick.Stop()
	for {
		select {
		case <-a.ctx.Done():
			return
		case <-tick.C:
			a.forgetGone(time.Now())
			if keep, ok := a.inUse(); ok {
				if _, err := a.prep.Prune(keep); err != nil {
					a.tell(Warning{Text: err.Error()})
				}
			}
		}
	}
}

// inUse are the modules of all nodes, those of earlier processes too. It reports
// false where that isn't known for sure.
func (a *Agent) inUse() (keep []string, ok bool) {
	for _, n := range a.all() {
		n.do(func() {
			for _, items := range n.items {
				for _, i := range items {
					for _, m := range append(append([]*prepare.Module{}, i.good.Modules...), i.ready.Modules...) {
						keep = append(keep, m.SHA256)
					}
				}
			}
		})
	}
	entries, err := os.ReadDir(a.o.Dir)
	if err != nil {
		return nil, false
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".json" {
			continue
		}
		s, err := readState(filepath.Join(a.o.Dir, e.Name()))
		if err != nil {
			return nil, false
		}
		for _, st := range s.Items {
			for _, m := range st.Modules {
				keep = append(keep, m.SHA256)
			}
		}
	}
	return keep, a.ctx.Err() == nil
}
