package host

// Buffer holds the bytes of a body (or of a TCP chunk) as a filter may see
// them now. The zero value is an empty buffer. It is not safe for concurrent
// use: like the stream that owns it, it is used inside Worker.Do.
type Buffer struct {
	data  []byte
	dirty bool
}

// NewBuffer returns a buffer that holds b itself, not a copy.
func NewBuffer(b []byte) *Buffer { return &Buffer{data: b} }

// Bytes returns the content. It is valid until the buffer changes.
func (b *Buffer) Bytes() []byte { return b.data }

// Len returns the number of bytes held.
func (b *Buffer) Len() int { return len(b.data) }

// Set makes the buffer hold p itself, not a copy.
func (b *Buffer) Set(p []byte) { b.data, b.dirty = p, true }

// Append adds a copy of p at the end.
func (b *Buffer) Append(p []byte) { b.data = append(b.data, p...); b.dirty = true }

// Reset empties the buffer.
func (b *Buffer) Reset() { b.data, b.dirty = nil, true }

// Changed reports whether the content was changed since ClearChanged.
func (b *Buffer) Changed() bool { return b.dirty }

// ClearChanged makes Changed report false until the next change.
func (b *Buffer) ClearChanged() { b.dirty = false }

// Splice changes the content as proxy_set_buffer_bytes does on Envoy:
//
//   - start 0, length 0: data goes in front;
//   - start 0, length >= Len: data takes the place of everything;
//   - start >= Len (start > 0): data goes to the end;
//   - anything else: StatusBadArgument, and the content stays.
//
// Negative numbers are refused with StatusBadArgument. data is copied.
func (b *Buffer) Splice(start, length int, data []byte) Status {
	switch {
	case start < 0 || length < 0:
		return StatusBadArgument
	case start == 0 && length == 0:
		b.prepend(data)
	case start == 0 && length >= len(b.data):
		b.data = append([]byte(nil), data...)
	case start > 0 && start >= len(b.data):
		b.data = append(b.data[:len(b.data):len(b.data)], data...)
	default:
		return StatusBadArgument
	}
	b.dirty = true
	return StatusOK
}

func (b *Buffer) prepend(data []byte) {
	n := make([]byte, 0, len(data)+len(b.data))
	b.data = append(append(n, data...), b.data...)
}
