package filter

import (
	"errors"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// Data is a body or a part of one, as all filters of a bundle share it: it is
// read from the gateway once, when first asked for, and written once, where it
// was changed, when the last filter has seen it.
type Data struct {
	kind    abi.BufferType
	start   int // where it begins in the host's buffer
	size    int // of it there, at most
	bytes   []byte
	read    bool
	changed bool
	err     error
}

func (d *Data) load() {
	if d.read || d.err != nil {
		return
	}
	if d.size == 0 {
		d.read = true
		return
	}
	b, st := abi.GetBufferBytes(d.kind, int32(d.start), int32(d.size))
	if st != abi.StatusOK && st != abi.StatusNotFound {
		d.err = bodyError("read", st)
		return
	}
	d.read, d.bytes, d.size = true, b, len(b)
}

// Bytes returns the data as the filters before have left it; don't write to it.
// It is good until the method returns or waits.
func (d *Data) Bytes() []byte {
	d.load()
	return d.bytes
}

// Len returns the number of bytes.
func (d *Data) Len() int { return len(d.Bytes()) }

// Set puts other data in its place; none drops it. The data is not copied.
func (d *Data) Set(data []byte) {
	if d.load(); d.err == nil {
		d.bytes, d.changed = data, true
	}
}

// Append adds data at its end.
func (d *Data) Append(data []byte) {
	if d.load(); d.err == nil {
		d.bytes = append(d.bytes[:len(d.bytes):len(d.bytes)], data...)
		d.changed = true
	}
}

// flush writes the data where it was changed.
func (d *Data) flush() error {
	if !d.changed {
		return nil
	}
	d.changed = false
	size := d.size
	if size == 0 && d.start == 0 {
		size = int(abi.BufferEnd) // nothing was shown: what is there is empty
	}
	if st := abi.SetBufferBytes(d.kind, int32(d.start), int32(size), d.bytes); st != abi.StatusOK {
		return bodyError("written", st)
	}
	d.size = len(d.bytes)
	return nil
}

func bodyError(what string, st abi.Status) error {
	return errors.New("a body can't be " + what + ": the host says status " + strconv.Itoa(int(st)))
}
