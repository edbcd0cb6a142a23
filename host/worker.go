package host

import "sync"

// Worker serialises everything that runs in the VMs that belong to it, as a
// worker thread of Envoy does. All methods of VM, Plugin, HTTPContext and
// TCPContext must be called inside Do; the host itself uses Post for ticks,
// callout answers and queue notifications. The zero value is ready to use.
type Worker struct {
	run   sync.Mutex // held while something runs
	mu    sync.Mutex // guards queue
	queue []func()
}

// NewWorker returns a worker. It starts no goroutine.
func NewWorker() *Worker { return &Worker{} }

// Do runs f on the calling goroutine while nothing else runs in this worker.
// Calling Do inside Do deadlocks: use Post there.
func (w *Worker) Do(f func()) {
	w.run.Lock()
	w.finish(f)
}

// Post runs f in this worker soon: at once on the calling goroutine if the
// worker is idle, else on the goroutine that keeps it busy, in the order of the
// posts. It may be called anywhere, also inside Do.
func (w *Worker) Post(f func()) {
	w.mu.Lock()
	w.queue = append(w.queue, f)
	w.mu.Unlock()
	if w.run.TryLock() {
		w.finish(nil)
	}
}

// finish runs f and what was posted, and gives the worker back. After that it
// looks again: a Post that came between the last look and the unlock could not
// take the worker itself.
func (w *Worker) finish(f func()) {
	for {
		w.drain(f)
		f = nil
		if !w.pending() || !w.run.TryLock() {
			return
		}
	}
}

func (w *Worker) drain(f func()) {
	defer w.run.Unlock()
	if f != nil {
		f()
	}
	for {
		w.mu.Lock()
		q := w.queue
		w.queue = nil
		w.mu.Unlock()
		if len(q) == 0 {
			return
		}
		for _, g := range q {
			g()
		}
	}
}

func (w *Worker) pending() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.queue) > 0
}
