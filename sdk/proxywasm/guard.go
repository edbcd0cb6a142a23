package proxywasm

import (
	"slices"

	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// checkHeader refuses what would let a value end its header line and begin
// another one: Envoy writes response headers to HTTP/1 clients as they are.
func checkHeader(name, value string) error {
	if name == "" || breaksLine(name) || breaksLine(value) {
		return types.ErrInvalidHeader
	}
	return nil
}

func breaksLine(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '\r' || c == '\n' || c == 0 {
			return true
		}
	}
	return false
}

// checkHeaders refuses lists that hosts take for empty ones, which would
// silently delete all headers.
func checkHeaders(pairs [][2]string) error {
	if len(pairs) > mem.MaxPairs || mem.PairsSize(pairs) > mem.MaxPairsBytes {
		return types.ErrTooManyHeaders
	}
	for i := range pairs {
		if err := checkHeader(pairs[i][0], pairs[i][1]); err != nil {
			return err
		}
	}
	return nil
}

// withoutEmpty leaves out pairs without name and value. Plugins append to a list
// that they made with a length where they meant a capacity.
func withoutEmpty(pairs [][2]string) [][2]string {
	empty := func(p [2]string) bool { return p == [2]string{} }
	if !slices.ContainsFunc(pairs, empty) {
		return pairs
	}
	return slices.DeleteFunc(slices.Clone(pairs), empty)
}

// checkPath refuses paths that the ABI, which puts NUL between the parts,
// can't carry.
func checkPath(path []string) error {
	if len(path) == 0 {
		return types.ErrInvalidPath
	}
	for _, part := range path {
		for i := 0; i < len(part); i++ {
			if part[i] == 0 {
				return types.ErrInvalidPath
			}
		}
	}
	return nil
}
