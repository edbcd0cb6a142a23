package limit

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
)

// id stands for a key in a bucket. It is long enough that nobody finds a key with
// the id of another's.
type id [16]byte

func idOf(key string) id {
	var b [128]byte
	sum := sha256.Sum256(append(b[:0], key...))
	return id(sum[:16])
}

// entry is one key's counter in a bucket.
type entry struct {
	id    id
	until int64 // when the state means nothing any more, in Unix milliseconds
	state []byte
}

// bucket is the content of one value of the table.
type bucket []entry

// bucket returns the name of the value that holds a key.
func (s *Shared) bucket(of id) string {
	n := uint64(s.Buckets)
	if s.Buckets <= 0 {
		n = 1024
	}
	return "table:" + strconv.FormatUint(binary.BigEndian.Uint64(of[:8])%n, 10)
}

func (s *Shared) entries() int {
	if s.Entries <= 0 {
		return 16
	}
	return s.Entries
}

// readBucket reads what encode has written, without what is over. What follows a
// damage is left out.
func readBucket(data []byte, now int64) (b bucket) {
	for len(data) > len(id{}) {
		e := entry{id: id(data[:len(id{})])}
		data = data[len(id{}):]
		until, n := binary.Varint(data)
		if n <= 0 {
			return b
		}
		size, m := binary.Uvarint(data[n:])
		if m <= 0 || size > uint64(len(data)-n-m) {
			return b
		}
		data = data[n+m:]
		if until > now {
			e.until, e.state = until, data[:size]
			b = append(b, e)
		}
		data = data[size:]
	}
	return b
}

func (b bucket) encode() []byte {
	size := 0
	for _, e := range b {
		size += len(e.id) + 2*binary.MaxVarintLen64 + len(e.state)
	}
	out := make([]byte, 0, size)
	for _, e := range b {
		out = append(out, e.id[:]...)
		out = binary.AppendVarint(out, e.until)
		out = binary.AppendUvarint(out, uint64(len(e.state)))
		out = append(out, e.state...)
	}
	return out
}

// state returns a key's state, nil where there is none.
func (b bucket) state(of id) state {
	for _, e := range b {
		if e.id == of {
			return decode(e.state)
		}
	}
	return nil
}

// with returns the bucket with a key's new state. Where there is no room, the key
// goes that is over first.
func (b bucket) with(of id, until int64, s state, most int) bucket {
	place := -1
	for i, e := range b {
		if e.id == of {
			place = i
		}
	}
	if place < 0 && len(b) >= most {
		place = 0
		for i, e := range b {
			if e.until < b[place].until {
				place = i
			}
		}
	}
	e := entry{id: of, until: until, state: s.encode(make([]byte, 0, 10*len(s)))}
	if place < 0 {
		return append(b, e)
	}
	b[place] = e
	return b[:min(len(b), most)]
}
