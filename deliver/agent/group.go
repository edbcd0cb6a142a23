package agent

import "sync"

// group waits for goroutines.
type group struct{ sync.WaitGroup }

// Go starts one.
func (g *group) Go(f func()) {
	g.Add(1)
	go func() {
		defer g.Done()
		f()
	}()
}

// atOnce bounds how many modules are fetched at once.
const atOnce = 4
