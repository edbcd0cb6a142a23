package checktest

// Plugin is the smallest module that every gateway loads. pad, which nobody
// reads, makes it larger.
func Plugin(pad string) []byte {
	b := []byte("\x00asm\x01\x00\x00\x00" +
		"\x01\x04\x01\x60\x00\x00" + // one type: no parameters, no result
		"\x03\x02\x01\x00" + // one function of it
		"\x05\x03\x01\x00\x01") // a memory
	exports := []byte{4}
	for _, e := range []struct {
		name string
		kind byte
	}{{"proxy_abi_version_0_2_100", 0}, {"proxy_abi_version_0_2_1", 0}, {"malloc", 0}, {"memory", 2}} {
		exports = append(exports, byte(len(e.name)))
		exports = append(exports, e.name...)
		exports = append(exports, e.kind, 0)
	}
	b = append(append(b, 7, byte(len(exports))), exports...)
	b = append(b, "\x0a\x04\x01\x02\x00\x0b"...) // a body that does nothing
	return append(b, custom(pad)...)
}

// custom is a section that nobody reads.
func custom(text string) []byte {
	content := append([]byte{3, 'p', 'a', 'd'}, text...)
	b := []byte{0}
	for n := len(content); ; n >>= 7 {
		if n < 0x80 {
			return append(append(b, byte(n)), content...)
		}
		b = append(b, byte(n)|0x80)
	}
}
