package mem

// Block is a list of pairs in the ABI's form, as the host left it: it is read in
// place, without a slice of pairs.
type Block []byte

// Find returns the first value under name, which is in lower case; the names of
// the list may be in any. It reports false where there is none, and from the
// first length on that leads outside of the block. The value points into it.
func (b Block) Find(name string) (value string, ok bool) {
	sizes, data, ok := b.split()
	if !ok {
		return "", false
	}
	for at := 0; len(sizes) >= 8; sizes = sizes[8:] {
		n, m := uint64(uint32At(sizes)), uint64(uint32At(sizes[4:]))
		end := uint64(at) + n + m + 2
		if end > uint64(len(data)) {
			return "", false
		}
		if n == uint64(len(name)) && named(data[at:], name) {
			return String(data[at+int(n)+1 : end-1]), true
		}
		at = int(end)
	}
	return "", false
}

// Last is Find for the last value, "" where there is none. It reports false where
// the block is malformed, whatever it has found.
func (b Block) Last(name string) (value string, whole bool) {
	if len(b) == 0 {
		return "", true
	}
	sizes, data, ok := b.split()
	for ; ok && len(sizes) >= 8; sizes = sizes[8:] {
		n, m := uint64(uint32At(sizes)), uint64(uint32At(sizes[4:]))
		if n+m+2 > uint64(len(data)) {
			return value, false
		}
		if n == uint64(len(name)) && named(data, name) {
			value = String(data[n+1 : n+1+m])
		}
		data = data[n+m+2:]
	}
	return value, ok && len(data) == 0
}

// split returns the lengths of names and values, and those one after another.
func (b Block) split() (sizes, data []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	count := uint64(uint32At(b))
	if count > uint64(len(b)-4)/10 {
		return nil, nil, false
	}
	return b[4 : 4+8*count], b[4+8*count:], true
}

// named reports whether data, which is at least as long, begins with name in any
// case. Names of one length most often differ in their last letter.
func named(data []byte, name string) bool {
	n := len(name)
	return n == 0 || (data[n-1]^name[n-1])&^0x20 == 0 && isLower(data[:n], name)
}

// isLower reports whether b in lower case is name, which is as long.
func isLower(b []byte, name string) bool {
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != name[i] {
			return false
		}
	}
	return true
}
