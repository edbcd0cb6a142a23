package properties

import "encoding/binary"

// decodePairs reads Envoy's form of a map: the number of pairs, the sizes of
// each key and value, and then each of them with a zero byte behind it. All
// numbers have four bytes. Nothing at all is an empty map.
func decodePairs(b []byte) (pairs [][2]string, ok bool) {
	if len(b) == 0 {
		return nil, true
	}
	if len(b) < 4 {
		return nil, false
	}
	n := uint64(binary.LittleEndian.Uint32(b))
	sizes := b[4:]
	if n*8 > uint64(len(sizes)) {
		return nil, false
	}
	data := sizes[n*8:]
	next := func(i uint64) (s string, ok bool) {
		size := uint64(binary.LittleEndian.Uint32(sizes[i*4:]))
		if size >= uint64(len(data)) {
			return "", false
		}
		s, data = string(data[:size]), data[size+1:]
		return s, true
	}
	pairs = make([][2]string, n)
	for i := range 2 * n {
		if pairs[i/2][i%2], ok = next(i); !ok {
			return nil, false
		}
	}
	return pairs, true
}

// decodeFields reads strings that each have a byte of type and a byte of length
// in front, as in a Protobuf message of strings below 128 bytes.
func decodeFields(b []byte) (fields []string, ok bool) {
	for len(b) > 0 {
		if len(b) < 2 || len(b)-2 < int(b[1]) {
			return nil, false
		}
		end := 2 + int(b[1])
		fields, b = append(fields, string(b[2:end])), b[end:]
	}
	return fields, true
}
