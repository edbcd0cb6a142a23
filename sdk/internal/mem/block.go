package mem

// Block is a list of pairs in the ABI's form, as the host left it: it is read in
// place, without a slice of pairs.
type Block []byte

// Find returns the first value under name, which is in lower case; the names of
// the list may be in any. It reports false where there is none, and from the
// first length on that leads outside of the block. The value points into it.
func (b Block) Find(name string) (value string, ok bool) {
	if len(b) < 4 {
		return "", false
	}
	count := uint64(uint32At(b))
	if count > uint64(len(b)-4)/10 {
		return "", false
	}
	sizes, data := b[4:4+8*count], b[4+8*count:]
	for ; len(sizes) >= 8; sizes = sizes[8:] {
		n, m := uint64(uint32At(sizes)), uint64(uint32At(sizes[4:]))
		if n+m+2 > uint64(len(data)) {
			return "", false
		}
		if n == uint64(len(name)) && isLower(data[:n], name) {
			return String(data[n+1 : n+1+m]), true
		}
		data = data[n+m+2:]
	}
	return "", false
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
