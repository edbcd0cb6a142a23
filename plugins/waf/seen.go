package main

import (
	"unsafe"

	"github.com/sluiceproxy/sluice/plugins/waf/internal/automaton"
)

// values keeps the bytes that values consist of, since many rules look at the same
// ones. It holds the values, so that none takes another's place in memory.
type values struct {
	slots [1024]struct {
		value string
		bytes automaton.Bytes
	}
	used bool
}

var seen values

// bytesOf returns the bytes of a value.
func (v *values) bytesOf(value string) automaton.Bytes {
	if len(value) < shortValue {
		return automaton.BytesOf(value)
	}
	at := uintptr(unsafe.Pointer(unsafe.StringData(value)))
	slot := &v.slots[(at>>3^at>>13)%uintptr(len(v.slots))]
	if len(slot.value) != len(value) || unsafe.StringData(slot.value) != unsafe.StringData(value) {
		slot.value, slot.bytes = value, automaton.BytesOf(value)
		v.used = true
	}
	return slot.bytes
}

// shortValue is the length up to which counting is as fast as to look it up.
const shortValue = 12

// forget drops all values, at the beginning of each callback: what others have done
// meanwhile with their memory is not known here.
func (v *values) forget() {
	if v.used {
		*v = values{}
	}
}
