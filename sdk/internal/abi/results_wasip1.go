//go:build wasip1

package abi

import "github.com/sluiceproxy/sluice/sdk/internal/mem"

// A Wasm VM has one thread and the host is done with its arguments when a call
// returns, so one set of buffers serves all calls.
var (
	arena mem.Arena
	args  mem.Scratch
	ret   struct {
		value                 uint64
		address, size, number uint32
	}
)

// result returns the bytes that the host says it left.
func result(st Status) ([]byte, Status) {
	address, size := ret.address, ret.size
	ret.address, ret.size = 0, 0
	if st != StatusOK {
		return nil, st
	}
	b, ok := arena.Claim(uintptr(address), size)
	if !ok {
		return nil, StatusMalformed
	}
	return b, StatusOK
}

// pairsResult returns the list that the host says it left.
func pairsResult(st Status) ([][2]string, Status) {
	b, st := result(st)
	if st != StatusOK {
		return nil, st
	}
	pairs, ok := mem.Pairs(b)
	if !ok {
		return nil, StatusMalformed
	}
	return pairs, StatusOK
}
