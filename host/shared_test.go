package host

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestSharedDataCalls(t *testing.T) {
	s := NewShared()
	r := newRig(t, VMOptions{Shared: s, Name: "vm"})
	r.vm.o.Worker.Do(func() {
		k, kn := r.str(0, "key")
		v, vn := r.str(1, "value")
		get := func() Status { return r.do(&r.p.scope, "proxy_get_shared_data", k, kn, outAddr, outAddr+4, outAddr+8) }
		set := func(cas uint64) Status { return r.do(&r.p.scope, "proxy_set_shared_data", k, kn, v, vn, cas) }
		wantStatus(t, "nothing there", get(), StatusNotFound)
		wantStatus(t, "a new key takes any number", set(77), StatusOK)
		wantStatus(t, "get", get(), StatusOK)
		cas := r.word(outAddr + 8)
		if r.out() != "value" || cas == 0 {
			t.Errorf("value %q, cas %d", r.out(), cas)
		}
		wantStatus(t, "with the number", set(uint64(cas)), StatusOK)
		wantStatus(t, "with the old number", set(uint64(cas)), StatusCasMismatch)
		wantStatus(t, "without number", set(0), StatusOK)
		for name, got := range map[string]Status{
			"get bad key":   r.do(&r.p.scope, "proxy_get_shared_data", huge, 1, outAddr, outAddr, outAddr),
			"get bad cas":   r.do(&r.p.scope, "proxy_get_shared_data", k, kn, outAddr, outAddr+4, huge),
			"set bad value": r.do(&r.p.scope, "proxy_set_shared_data", k, kn, v, huge, 0),
		} {
			wantStatus(t, name, got, StatusInvalidMemoryAccess)
		}
		s.maximum = 20
		v, vn = r.put(1, make([]byte, 100)), 100
		wantStatus(t, "too much", set(0), StatusInternalFailure)
	})
}

func TestQueueCalls(t *testing.T) {
	r := newRig(t, VMOptions{Name: "vm"})
	w := r.vm.o.Worker
	w.Do(func() {
		n, nn := r.str(0, "queue")
		v, vn := r.str(1, "vm")
		d, dn := r.str(2, "item")
		do := func(name string, args ...uint64) Status { return r.do(&r.p.scope, "proxy_"+name, args...) }
		wantStatus(t, "resolve nothing", do("resolve_shared_queue", v, vn, n, nn, outAddr), StatusNotFound)
		wantStatus(t, "register", do("register_shared_queue", n, nn, outAddr), StatusOK)
		token := uint64(r.word(outAddr))
		wantStatus(t, "register again", do("register_shared_queue", n, nn, outAddr), StatusOK)
		if token == 0 || uint64(r.word(outAddr)) != token {
			t.Errorf("tokens %d and %d", token, r.word(outAddr))
		}
		wantStatus(t, "resolve", do("resolve_shared_queue", v, vn, n, nn, outAddr), StatusOK)
		wantStatus(t, "resolve in the own VM", do("resolve_shared_queue", v, 0, n, nn, outAddr), StatusOK)
		wantStatus(t, "resolve elsewhere", do("resolve_shared_queue", n, nn, n, nn, outAddr), StatusNotFound)
		wantStatus(t, "dequeue nothing", do("dequeue_shared_queue", token, outAddr, outAddr+4), StatusEmpty)
		wantStatus(t, "dequeue nowhere", do("dequeue_shared_queue", 999, outAddr, outAddr+4), StatusNotFound)
		wantStatus(t, "enqueue nowhere", do("enqueue_shared_queue", 999, d, dn), StatusNotFound)
		wantStatus(t, "enqueue bad", do("enqueue_shared_queue", token, d, huge), StatusInvalidMemoryAccess)
		wantStatus(t, "enqueue", do("enqueue_shared_queue", token, d, dn), StatusOK)
		wantStatus(t, "enqueue nothing", do("enqueue_shared_queue", token, d, 0), StatusOK)
		r.wantEvents() // the owner hears of it after what runs now
	})
	w.Do(func() {
		r.wantEvents("queue_ready(1,1)", "queue_ready(1,1)")
		wantStatus(t, "dequeue", r.do(&r.p.scope, "proxy_dequeue_shared_queue", 1, outAddr, outAddr+4), StatusOK)
		if r.out() != "item" {
			t.Errorf("item %q", r.out())
		}
		wantStatus(t, "dequeue the empty item", r.do(&r.p.scope, "proxy_dequeue_shared_queue", 1, outAddr, outAddr+4), StatusOK)
	})
}

func TestSharedEndsWithTheLastVM(t *testing.T) {
	s := NewShared()
	m := compile(t, plain("0_2_1").Bytes())
	open := func() *VM {
		vm, err := m.NewVM(context.Background(), VMOptions{Shared: s, Name: "id"})
		if err != nil {
			t.Fatal(err)
		}
		return vm
	}
	a, b := open(), open()
	p, err := a.StartPlugin(context.Background(), "p", nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Set("id", "k", []byte("v"), 0)
	token, _ := s.register("id", "q", p)
	_ = a.Close(context.Background())
	if _, _, status := s.Get("id", "k"); status != StatusOK {
		t.Errorf("while another VM lives: %v", status)
	}
	if status := s.Enqueue(token, []byte("x")); status != StatusOK || s.queues[token].owner != nil {
		t.Errorf("a queue without owner: %v", status)
	}
	_ = b.Close(context.Background())
	if _, _, status := s.Get("id", "k"); status != StatusNotFound || s.bytes != 0 || len(s.queues) != 0 || len(s.spaces) != 0 {
		t.Errorf("after the last VM: %v, %d bytes, %d queues", status, s.bytes, len(s.queues))
	}
}

// TestHammer has several workers count in one shared value with cas, and tell
// each other through a queue.
func TestHammer(t *testing.T) {
	const workers, rounds = 4, 200
	s, all := NewShared(), NewMetrics()
	m := compile(t, rigModule("0_2_1", nil))
	var wg sync.WaitGroup
	for i := range workers {
		r := rigOf(t, m, VMOptions{Shared: s, Metrics: all, Name: "vm"})
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range rounds {
				r.vm.o.Worker.Do(func() { countUp(t, r) })
				r.vm.o.Worker.Post(func() { r.do(&r.p.scope, "proxy_set_tick_period_milliseconds", uint64(i%2)) })
			}
		}()
	}
	wg.Wait()
	if v, _, _ := s.Get("vm", "n"); binary.LittleEndian.Uint32(v) != workers*rounds {
		t.Errorf("counted to %d, want %d", binary.LittleEndian.Uint32(v), workers*rounds)
	}
	if n := all.Snapshot()["hits"]; n != workers*rounds {
		t.Errorf("metric %d, want %d", n, workers*rounds)
	}
}

func countUp(t *testing.T, r *rig) {
	k, kn := r.str(0, "n")
	q, qn := r.str(1, "queue")
	m, mn := r.str(3, "hits")
	r.do(&r.p.scope, "proxy_define_metric", 0, m, mn, outAddr)
	r.do(&r.p.scope, "proxy_increment_metric", uint64(r.word(outAddr)), 1)
	r.do(&r.p.scope, "proxy_register_shared_queue", q, qn, outAddr)
	token := uint64(r.word(outAddr))
	r.do(&r.p.scope, "proxy_enqueue_shared_queue", token, q, qn)
	r.do(&r.p.scope, "proxy_dequeue_shared_queue", token, outAddr, outAddr+4)
	for {
		var n, cas uint32
		switch s := r.do(&r.p.scope, "proxy_get_shared_data", k, kn, outAddr, outAddr+4, outAddr+8); s {
		case StatusOK:
			n, cas = binary.LittleEndian.Uint32([]byte(r.out())), r.word(outAddr+8)
		case StatusNotFound:
			cas = 1 // a new key takes any number, but two at once must not both win
		default:
			t.Errorf("get: %v", s)
			return
		}
		v := r.put(2, binary.LittleEndian.AppendUint32(nil, n+1))
		if cas == 1 && n == 0 {
			cas = 0xffffffff
		}
		if s := r.do(&r.p.scope, "proxy_set_shared_data", k, kn, v, 4, uint64(cas)); s == StatusOK {
			return
		} else if s != StatusCasMismatch {
			t.Errorf("set: %v", s)
			return
		}
	}
}

func TestWorkerOrder(t *testing.T) {
	w := NewWorker()
	var got []int
	w.Do(func() {
		for i := range 3 {
			w.Post(func() {
				got = append(got, i)
				if i == 0 {
					w.Post(func() { got = append(got, 10) })
				}
			})
		}
		if got != nil {
			t.Error("a post ran inside what was running")
		}
	})
	if fmt.Sprint(got) != "[0 1 2 10]" {
		t.Errorf("order %v", got)
	}
	w.Post(func() { got = nil })
	if got != nil {
		t.Error("an idle worker runs a post at once")
	}
}

func TestWorkerLosesNoPost(t *testing.T) {
	w := NewWorker()
	const senders, each = 8, 2000
	n, inside := 0, 0
	var wg sync.WaitGroup
	for s := range senders {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range each {
				f := func() {
					if inside++; inside != 1 {
						t.Error("two ran at once")
					}
					n++
					inside--
				}
				if s%2 == 0 {
					w.Do(f)
				} else {
					w.Post(f)
				}
			}
		}()
	}
	wg.Wait()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		var done bool
		w.Do(func() { done = n == senders*each })
		if done {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d ran", n, senders*each)
		}
	}
}

func TestWorkerSurvivesPanic(t *testing.T) {
	w := NewWorker()
	func() {
		defer func() { _ = recover() }()
		w.Do(func() { panic("x") })
	}()
	ran := false
	w.Do(func() { ran = true })
	if !ran {
		t.Error("a panic must not lock the worker")
	}
}
