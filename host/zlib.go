package host

import (
	"bytes"
	"compress/zlib"
	"io"
)

// maxInflated bounds what the foreign function uncompress gives back.
const maxInflated = 64 << 20

// deflate is the foreign function compress: zlib format.
func deflate(b []byte) ([]byte, Status) {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		return nil, StatusSerializationFailure
	}
	if err := w.Close(); err != nil {
		return nil, StatusSerializationFailure
	}
	return out.Bytes(), StatusOK
}

// inflate is the foreign function uncompress; above 64 MiB it fails.
func inflate(b []byte) ([]byte, Status) {
	r, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, StatusSerializationFailure
	}
	out, err := io.ReadAll(io.LimitReader(r, maxInflated+1))
	if err != nil || len(out) > maxInflated {
		return nil, StatusSerializationFailure
	}
	return out, StatusOK
}
