package wasm

// appendU32 appends v as an unsigned LEB128 number.
func appendU32(b []byte, v uint32) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// appendPaddedU32 appends v in exactly width bytes if it fits, so that what
// follows stays where it was, and in as many as it needs otherwise.
func appendPaddedU32(b []byte, v uint32, width int) []byte {
	for ; width > 1; width-- {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return appendU32(b, v)
}

// appendS32 appends v as a signed LEB128 number.
func appendS32(b []byte, v int32) []byte {
	for v < -64 || v > 63 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v)&0x7f)
}

// appendName appends s with its length in front.
func appendName(b []byte, s string) []byte {
	return append(appendU32(b, uint32(len(s))), s...)
}

// appendSized appends content with its length in front.
func appendSized(b, content []byte) []byte {
	return append(appendU32(b, uint32(len(content))), content...)
}
