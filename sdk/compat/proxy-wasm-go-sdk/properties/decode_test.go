package properties

import "testing"

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00a\x00b\x00"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Add([]byte("\x0a\x01a\x0a\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if pairs, ok := decodePairs(b); ok && len(pairs)*10 > len(b) {
			t.Errorf("%d pairs of %d bytes", len(pairs), len(b))
		}
		if fields, ok := decodeFields(b); ok && len(fields)*2 > len(b) {
			t.Errorf("%d fields of %d bytes", len(fields), len(b))
		}
	})
}
