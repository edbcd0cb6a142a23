package dispatch

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// The table does what a map would, also for ids that fall on one slot.
func TestTable(t *testing.T) {
	for _, step := range []uint32{1, 2, 64, 1 << 20} {
		var table table
		want := map[uint32]*stream{}
		if table.get(7) != nil || table.get(0) != nil {
			t.Error("an empty table has a stream")
		}
		for i := range uint32(500) {
			id := 1 + i*step
			want[id] = table.add(id)
			if i%3 == 2 { // as many ends as two of three beginnings
				gone := 1 + (i-i%7)*step
				if s := want[gone]; s != nil {
					table.remove(s)
					delete(want, gone)
				}
			}
		}
		if table.count != len(want) || table.count == 0 {
			t.Fatalf("step %d: %d streams, want %d", step, table.count, len(want))
		}
		for i := range uint32(501) {
			if id := 1 + i*step; table.get(id) != want[id] {
				t.Fatalf("step %d: stream %d is %v, want %v", step, id, table.get(id), want[id])
			}
		}
		for _, s := range want {
			table.remove(s)
		}
		kept := 0
		for _, s := range table.all {
			if s != nil {
				kept++
			}
		}
		if table.count != 0 || kept > maxFree || table.get(1) != nil || table.get(0) != nil {
			t.Fatalf("step %d: %d streams are left, %d entries are kept", step, table.count, kept)
		}
		for id := range uint32(400) {
			table.add(id + 1)
		}
		if len(table.all) > 500 || table.get(400) == nil {
			t.Errorf("step %d: entries are not used again", step)
		}
	}
}

// BenchmarkStream is what the dispatcher adds to a stream with one callback.
func BenchmarkStream(b *testing.B) {
	http := &fakeStream{func(string) types.Action { return types.ActionContinue }}
	v, _ := start(b, &fakePlugin{http: func(uint32) types.HttpContext { return http }})
	b.ReportAllocs()
	for id := uint32(100); b.Loop(); id++ {
		v.OnContextCreate(id, 1)
		v.OnRequestHeaders(id, 5, true)
		v.OnDelete(id)
	}
}
