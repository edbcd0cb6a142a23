// Package headers reads headers so that a callback which reads several of a map
// makes one call into the host for all of them: a list of headers costs a host what
// one value does. Whether a callback reads several is learned from the one before
// it; where that is wrong, there is one call for the first header, and one for all
// of them when a second is read. Writes go to the host at once.
//
// What it answers is what the host would: a name that was written to, that is not
// in lower case, or that is not in the list, is asked for. A list is good until
// the callback ends, calls act on another context, or the stream moves on.
package headers

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
)

// maxWritten is how many names may be written to before the list is dropped.
const maxWritten = 8

// list is what is known of one map. A VM is one thread, and a callback seldom
// reads two maps: one list is enough.
var list struct {
	vm      *dispatch.VM
	turn    uint32
	of      abi.MapType
	reads   int  // since begin
	found   bool // a single read has found something
	tried   bool // all were asked for, and could not be had
	block   mem.Block
	written [maxWritten]string
	writes  int

	several [4]bool // maps of streams of which the callback before read several
}

// begin makes the list that of m as it is now: empty where it was another's.
func begin(m abi.MapType) {
	v := dispatch.Current()
	if turn := v.Turn(); list.vm != v || list.turn != turn || list.of != m {
		learn(v)
		list.vm, list.turn, list.of, list.reads = v, turn, m, 0
		drop()
	}
}

// learn notes how many headers were read before v goes on to something else.
func learn(v *dispatch.VM) {
	switch {
	case list.vm != v:
		list.several = [4]bool{}
	case list.reads > 0 && list.of <= abi.MapResponseTrailers:
		list.several[list.of] = list.reads > 1
	}
}

func drop() {
	list.found, list.tried, list.block, list.writes = false, false, nil, 0
}

// Get returns the first value of a header.
func Get(m abi.MapType, name string) (string, abi.Status) {
	begin(m)
	if list.reads++; list.reads == 1 && m <= abi.MapResponseTrailers && list.several[m] {
		list.found = true // as if this were the second
	}
	if plain(name) && !isWritten(name) && filled() {
		if value, ok := list.block.Find(name); ok {
			return value, abi.StatusOK
		}
	}
	b, st := abi.GetHeaderMapValue(m, name)
	if st == abi.StatusOK {
		list.found = true
	}
	return mem.String(b), st
}

// filled reports whether the list is there. From the second header on it is
// worth its call.
func filled() bool {
	if list.block == nil && list.found && !list.tried {
		list.tried = true
		if b, st := abi.GetHeaderMapBytes(list.of); st == abi.StatusOK && len(b) > 0 {
			list.block = b
		}
		list.writes = 0
	}
	return list.block != nil
}

// All returns all headers in the ABI's form.
func All(m abi.MapType) (mem.Block, abi.Status) {
	begin(m)
	if list.block != nil && list.writes == 0 {
		return list.block, abi.StatusOK
	}
	b, st := abi.GetHeaderMapBytes(m)
	if st == abi.StatusOK && len(b) > 0 {
		list.block, list.writes = b, 0
	}
	return b, st
}

// Wrote notes that a header of a map is changed. A host may know a pseudo header
// by another name as well, so after one of these nothing is taken as known.
func Wrote(m abi.MapType, name string) {
	if v := dispatch.Current(); list.vm != v || list.turn != v.Turn() || list.of != m {
		return // nothing is known of it
	}
	if list.writes == maxWritten || !plain(name) || name[0] == ':' || name == "host" {
		drop()
		return
	}
	if !isWritten(name) {
		list.written[list.writes] = name
		list.writes++
	}
}

// Forget notes that anything may have changed.
func Forget() { drop() }

func isWritten(name string) bool {
	for i := range list.writes {
		if list.written[i] == name {
			return true
		}
	}
	return false
}

// plain reports whether a name is in lower case, so that hosts do nothing to it
// before they look for it.
func plain(name string) bool {
	for i := range len(name) {
		if c := name[i]; 'A' <= c && c <= 'Z' || c >= 0x80 {
			return false
		}
	}
	return name != ""
}
