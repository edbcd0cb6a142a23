package coroutine

import (
	"context"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"
)

// checkParked holds the promise of the package: no fiber is parked but for a
// wait that is in the plugin's list, with a deadline, or for functions that it
// joins, of which that is true.
func (r *rig) checkParked(t testing.TB, scopes []*Scope) {
	t.Helper()
	p := r.plugin()
	listed := map[*Wait]bool{}
	for w := p.first; w != nil; w = w.next {
		if w.over || w.fiber == nil || w.fiber.waiting != w || w.deadline < p.earliest {
			t.Fatalf("a wait in the list is not as it should be: %+v, earliest %d", w, p.earliest)
		}
		listed[w] = true
	}
	if len(listed) != p.count {
		t.Fatalf("%d waits in the list, counted %d", len(listed), p.count)
	}
	fibers := 0
	for _, s := range scopes {
		for f := s.fibers; f != nil; f = f.older {
			fibers++
			switch {
			case f.done || f.scope != s:
				t.Fatal("a fiber that has ended is in its scope")
			case f.joining && f.children > 0 && f.waiting == nil:
				fibers-- // its children are checked, too
			case f.joining || !listed[f.waiting]:
				t.Fatalf("a fiber is parked for nothing: %+v", f)
			}
		}
		if s.over && s.fibers != nil {
			t.Fatal("a fiber has outlived its stream")
		}
	}
	if fibers != len(listed) {
		t.Fatalf("%d fibers wait, %d waits are in the list", fibers, len(listed))
	}
	if p.count > 0 && r.period == 0 {
		t.Fatal("something waits, but no tick would end it")
	}
}

// program is a random handler: waits, joins, panics, and calls that go on
// although the stream is over.
func program(random *rand.Rand, waits *[]*Wait, depth int) func(ctx context.Context) {
	n := random.IntN(4)
	kinds := make([]int, n)
	for i := range kinds {
		kinds[i] = random.IntN(12)
	}
	branches := make([]func(context.Context), random.IntN(4))
	for i := range branches {
		if depth < 3 {
			branches[i] = program(random, waits, depth+1)
		} else {
			branches[i] = func(context.Context) {}
		}
	}
	return func(ctx context.Context) {
		for _, kind := range kinds {
			switch {
			case kind < 7:
				w := &Wait{}
				*waits = append(*waits, w)
				park(ctx, w, time.Duration(kind)*50*time.Millisecond)
			case kind < 10:
				if _, err := Check(ctx, time.Hour); err == nil {
					Join(branches, ctx)
				}
			case kind == 10:
				panic("random")
			default:
				runtime.Goexit()
			}
		}
	}
}

// storm runs random events and checks the promise after each.
func storm(t testing.TB, seed uint64, events int) {
	r := newRig(t)
	random := rand.New(rand.NewPCG(seed, 1))
	var waits []*Wait
	open := map[uint32]*Scope{}
	var scopes []*Scope
	handlers := 0
	for range events {
		switch random.IntN(5) {
		case 0, 1:
			id := r.stream()
			handlers++
			r.start(id, program(random, &waits, 0))
			open[id] = Stream(id)
		case 2:
			if len(waits) > 0 {
				w := waits[random.IntN(len(waits))]
				if w.fiber != nil {
					r.vm.Become(w.fiber.scope.id)
				}
				w.Wake()
			}
		case 3:
			r.tick(time.Duration(random.IntN(100)) * time.Millisecond)
		case 4:
			for id := range open { // any one
				r.end(id)
				delete(open, id)
				break
			}
		}
		scopes = scopes[:0]
		for _, s := range open {
			scopes = append(scopes, s)
		}
		r.checkParked(t, scopes)
	}
	for id := range open {
		r.end(id)
	}
	if p := r.plugin(); p.count != 0 || len(r.done) != handlers {
		t.Errorf("%d waits are left; %d of %d streams done", p.count, len(r.done), handlers)
	}
	for id, n := range r.done {
		if n != 1 {
			t.Errorf("stream %d was done %d times", id, n)
		}
	}
}

func TestNothingIsParkedForNothing(t *testing.T) {
	for seed := range uint64(40) {
		storm(t, seed, 200)
	}
}

func FuzzStorm(f *testing.F) {
	f.Add(uint64(1), uint16(50))
	f.Add(uint64(7), uint16(300))
	f.Fuzz(func(t *testing.T, seed uint64, events uint16) { storm(t, seed, int(events%500)) })
}

// Ten thousand streams wait; their clients leave, or their answers come, in any
// order.
func TestTenThousand(t *testing.T) {
	streams, rounds := 10_000, 14
	if testing.Short() {
		streams, rounds = 1000, 11
	}
	r := newRig(t)
	var tenth, last uint64
	for round := range rounds {
		r.wave(t, streams)
		clear(r.done)
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		if last = m.HeapAlloc + m.StackInuse; round == 9 {
			tenth = last
		}
		t.Logf("round %d: heap %d KiB, stacks %d KiB, system %d KiB, %d goroutines",
			round+1, m.HeapAlloc>>10, m.StackInuse>>10, m.Sys>>10, runtime.NumGoroutine())
	}
	if last > tenth+tenth/10+64<<10 {
		t.Errorf("memory grows: %d bytes after round 10, %d after round %d", tenth, last, rounds)
	}
}

// wave parks so many streams and ends them all.
func (r *rig) wave(t *testing.T, streams int) {
	t.Helper()
	ids := make([]uint32, streams)
	waits := make([]Wait, streams)
	unwound, answered := 0, 0
	for i := range ids {
		ids[i] = r.stream()
		w := &waits[i]
		r.start(ids[i], func(ctx context.Context) {
			defer func() { unwound++ }()
			if park(ctx, w, time.Minute) == nil {
				answered++
			}
		})
	}
	if r.plugin().count != streams {
		t.Fatalf("%d waits for %d streams", r.plugin().count, streams)
	}
	r.tick(100 * time.Millisecond)
	for _, i := range rand.Perm(streams) {
		if i%10 == 0 {
			waits[i].Wake()
		}
		r.end(ids[i])
	}
	if unwound != streams || answered != streams/10 || len(r.done) != streams {
		t.Errorf("%d streams: unwound %d, answered %d, done %d", streams, unwound, answered, len(r.done))
	}
	for id, n := range r.done {
		if n != 1 {
			t.Errorf("stream %d was done %d times", id, n)
		}
	}
}
