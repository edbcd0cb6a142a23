//go:build !wasm

package jsonscan

import "encoding/binary"

// load returns eight bytes of d from i on, the first in the lowest byte.
func load(d []byte, i int) uint64 { return binary.LittleEndian.Uint64(d[i:]) }
