package limit

import (
	"fmt"
	"testing"
	"time"
)

// data are shared data for one worker, or for two where meanwhile is set: it runs
// between a read and its write.
type data struct {
	values    map[string][]byte
	meanwhile func()
	fails     map[string]error
}

func (d *data) update(key string, change func([]byte) ([]byte, error)) error {
	if err := d.fails[key]; err != nil {
		return err
	}
	for {
		old := string(d.values[key])
		next, err := change(d.values[key])
		if err != nil {
			return err
		}
		if f := d.meanwhile; f != nil {
			d.meanwhile = nil
			f()
		}
		if string(d.values[key]) == old {
			d.values[key] = next
			return nil
		}
	}
}

func newShared(now *time.Time) (*Shared, *data) {
	d := &data{values: map[string][]byte{}, fails: map[string]error{}}
	return &Shared{Prefix: "p:", Now: func() int64 { return now.UnixMilli() }, write: d.update}, d
}

func take(t *testing.T, s *Shared, limits ...Limit) Verdict {
	t.Helper()
	v, err := s.Take(limits...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSharedKeys(t *testing.T) {
	now := time.UnixMilli(epoch)
	for _, open := range []bool{false, true} {
		s, _ := newShared(&now)
		a := Limit{Key: "a", Count: 2, Window: time.Minute, Open: open}
		b := a
		b.Key = "b"
		for i, want := range []Verdict{
			{true, 2, 1, time.Minute}, {true, 2, 0, time.Minute}, {false, 2, 0, time.Minute},
		} {
			if got := take(t, s, a); got != want {
				t.Errorf("open %v, request %d: %+v, want %+v", open, i, got, want)
			}
		}
		if v := take(t, s, b); !v.Allowed {
			t.Error("the keys share a counter")
		}
	}
}

// A request that one limit refuses is counted by none.
func TestSharedGivesBack(t *testing.T) {
	now := time.UnixMilli(epoch)
	for _, a := range []Algorithm{FixedWindow, SlidingWindow, GCRA} {
		s, d := newShared(&now)
		day := Limit{Key: "day", Count: 5, Window: 24 * time.Hour, Algorithm: a}
		minute := Limit{Key: "minute", Count: 1, Window: time.Minute, Algorithm: a}
		if v := take(t, s, day, minute); !v.Allowed || v.Remaining != 0 || v.Count != 1 {
			t.Errorf("%v: %+v", a, v)
		}
		for range 9 {
			if v := take(t, s, day, minute); v.Allowed || v.Count != 1 {
				t.Errorf("%v: %+v", a, v)
			}
		}
		if v := take(t, s, day); v.Remaining != 3 {
			t.Errorf("%v: %+v, want 3 left of the day", a, v)
		}
		d.fails["p:"+a.String()+":minute"] = ErrAnswer
		if _, err := s.Take(day, minute); err == nil {
			t.Error("no error")
		}
		if v := take(t, s, day); v.Remaining != 2 {
			t.Errorf("%v: %+v, want 2 left of the day", a, v)
		}
	}
}

// Two workers at the same key lose nothing.
func TestSharedWorkers(t *testing.T) {
	now := time.UnixMilli(epoch)
	for _, open := range []bool{false, true} {
		s, d := newShared(&now)
		l := Limit{Key: "a", Count: 10, Window: time.Minute, Open: open}
		passed := 0
		for range 8 {
			d.meanwhile = func() {
				if take(t, s, l).Allowed {
					passed++
				}
			}
			if take(t, s, l).Allowed {
				passed++
			}
		}
		if passed != 10 {
			t.Errorf("open %v: %d passed", open, passed)
		}
	}
}

// However many keys there are, the table stays as large as it may be, and a key
// that is in use keeps its counter among keys that are over.
func TestTableIsBounded(t *testing.T) {
	now := time.UnixMilli(epoch)
	s, d := newShared(&now)
	s.Buckets, s.Entries = 4, 8
	steady := Limit{Key: "steady", Count: 5, Window: time.Hour, Open: true}
	for i := range 5000 {
		take(t, s, Limit{Key: fmt.Sprint(i), Count: 5, Window: time.Second, Open: true})
		if v := take(t, s, steady); v.Allowed != (i < 5) {
			t.Fatalf("after %d keys: %+v", i, v)
		}
		now = now.Add(time.Millisecond)
	}
	bytes := 0
	for key, value := range d.values {
		bytes += len(key) + len(value)
	}
	if len(d.values) > 4 || bytes > 4*8*50 {
		t.Errorf("%d values, %d bytes", len(d.values), bytes)
	}
	now = now.Add(time.Minute)
	for i := range 64 { // a bucket is cleared when it is written
		take(t, s, Limit{Key: fmt.Sprint("x", i), Count: 5, Window: time.Millisecond, Open: true})
		now = now.Add(10 * time.Millisecond)
	}
	for key, value := range d.values {
		if b := readBucket(value, now.UnixMilli()-10); len(b) > 2 {
			t.Errorf("%s has %d keys", key, len(b))
		}
	}
}

func FuzzBucket(f *testing.F) {
	f.Add(bucket{{id: idOf("a"), until: epoch + 1, state: state{epoch, 3}.encode(nil)}}.encode())
	f.Add([]byte("damaged damaged damaged"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		b := readBucket(data, epoch)
		for _, a := range []Algorithm{FixedWindow, SlidingWindow, GCRA} {
			l := Limit{Key: "k", Count: 3, Window: time.Second, Algorithm: a}
			next, v := l.take(b.state(idOf("k")), epoch)
			if v.Allowed && (v.Remaining < 0 || v.Remaining > 2) {
				t.Fatalf("%+v", v)
			}
			if again := readBucket(b.with(idOf("k"), l.until(next), next, 16).encode(), epoch); len(again) > 16 {
				t.Fatalf("%d keys", len(again))
			}
		}
	})
}

func BenchmarkShared(b *testing.B) {
	for _, a := range []Algorithm{FixedWindow, SlidingWindow, GCRA} {
		b.Run(a.String(), func(b *testing.B) {
			now := time.UnixMilli(epoch)
			s, _ := newShared(&now)
			l := Limit{Key: "a", Count: 1000, Window: time.Minute, Algorithm: a}
			for b.Loop() {
				if _, err := s.Take(l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
