package dispatch

// table keeps the streams and finds them by their ids. Hosts number contexts one
// after another, so the lowest bits of an id spread them well. Entries are used
// again and found by their number: no pointer is written for a stream, which is
// cheap only while the garbage collector rests.
type table struct {
	all   []*stream
	free  []uint32 // numbers of entries in all that no stream has
	slots []uint32 // number, plus one, of the first of a chain; a power of two of them
	count int

	lastID, last uint32 // the one used last most likely is used next
}

const (
	// minSlots is how many slots a table begins with.
	minSlots = 16
	// maxFree bounds the entries kept after a peak of streams.
	maxFree = 256
)

// get returns the stream with an id, nil if there is none. The id 0 is nobody's.
func (t *table) get(id uint32) *stream {
	if id == t.lastID && id != 0 {
		return t.all[t.last]
	}
	return t.find(id)
}

func (t *table) find(id uint32) *stream {
	if len(t.slots) == 0 {
		return nil
	}
	for at := t.slots[int(id)&(len(t.slots)-1)]; at != 0; {
		s := t.all[at-1]
		if s.id == id {
			t.lastID, t.last = id, at-1
			return s
		}
		at = s.next
	}
	return nil
}

// add makes an entry for an id that has none.
func (t *table) add(id uint32) *stream {
	if t.count >= len(t.slots) {
		t.grow()
	}
	var at uint32
	if n := len(t.free); n > 0 {
		at, t.free = t.free[n-1], t.free[:n-1]
	} else {
		at, t.all = uint32(len(t.all)), append(t.all, nil)
	}
	s := t.all[at]
	if s == nil {
		s = new(stream)
		t.all[at] = s
	}
	s.id = id
	t.chain(s, at)
	t.lastID, t.last = id, at
	t.count++
	return s
}

// chain puts entry number at into the slot of its id.
func (t *table) chain(s *stream, at uint32) {
	slot := &t.slots[int(s.id)&(len(t.slots)-1)]
	s.next, *slot = *slot, at+1
}

func (t *table) grow() {
	t.slots = make([]uint32, max(2*len(t.slots), minSlots))
	for at, s := range t.all {
		if s != nil && s.id != 0 {
			t.chain(s, uint32(at))
		}
	}
}

// remove ends an entry. What else it holds is to be cleared already.
func (t *table) remove(s *stream) {
	from := &t.slots[int(s.id)&(len(t.slots)-1)]
	for t.all[*from-1] != s {
		from = &t.all[*from-1].next
	}
	at := *from - 1
	*from = s.next
	s.id, s.next, t.lastID = 0, 0, 0
	t.count--
	if len(t.free) >= maxFree {
		t.all[at] = nil
	}
	t.free = append(t.free, at)
}
