package plugintest

import (
	"bytes"
	"compress/zlib"
	"io"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// maxUncompressed bounds what uncompress makes, in bytes.
const maxUncompressed = 64 << 20

// builtin are stock Envoy's foreign functions, those that need nothing of it.
func builtin(name string, arg []byte) ([]byte, abi.Status) {
	switch name {
	case "clear_route_cache":
		return nil, abi.StatusOK
	case "compress":
		var b bytes.Buffer
		w := zlib.NewWriter(&b)
		if _, err := w.Write(arg); err != nil || w.Close() != nil {
			return nil, abi.StatusInternalFailure
		}
		return b.Bytes(), abi.StatusOK
	case "uncompress":
		r, err := zlib.NewReader(bytes.NewReader(arg))
		if err != nil {
			return nil, abi.StatusSerialization
		}
		plain, err := io.ReadAll(io.LimitReader(r, maxUncompressed))
		if err != nil {
			return nil, abi.StatusSerialization
		}
		return plain, abi.StatusOK
	}
	return nil, abi.StatusNotFound
}
