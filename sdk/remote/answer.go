package remote

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/internal/wire"
)

// Parameters that ask for results, and those that give values.
var (
	getBytes  = wire.Value{Type: wire.GetBytes}
	getUint32 = wire.Value{Type: wire.GetUint32}
	getUint64 = wire.Value{Type: wire.GetUint64}
)

func number[N ~uint32 | ~int32 | ~uint64 | ~int64](n N) wire.Value {
	return wire.Value{Type: wire.Number, Number: uint64(n)}
}

func flag(b bool) wire.Value {
	if b {
		return number(uint32(1))
	}
	return number(uint32(0))
}

func text(s string) wire.Value           { return data([]byte(s)) }
func data(b []byte) wire.Value           { return wire.Value{Type: wire.Bytes, Bytes: b} }
func list(pairs [][2]string) wire.Value  { return data(mem.AppendPairs(nil, pairs)) }
func propertyPath(p []string) wire.Value { return data(mem.AppendPath(nil, p)) }

// answer is what the gateway said to a host call.
type answer struct {
	status abi.Status
	values []wire.Value // one for each that was asked for; none where the call failed
}

// at is a result; the zero value where there is none.
func (a answer) at(i int) wire.Value {
	if i < len(a.values) {
		return a.values[i]
	}
	return wire.Value{}
}

func (a answer) uint32() (uint32, abi.Status) { return uint32(a.at(0).Number), a.status }
func (a answer) uint64() (uint64, abi.Status) { return a.at(0).Number, a.status }

// bytes are nil where there are none, as in a Wasm module.
func (a answer) bytes() ([]byte, abi.Status) {
	b := a.at(0).Bytes
	if a.status != abi.StatusOK || len(b) == 0 {
		return nil, a.status
	}
	return b, a.status
}

func (a answer) pairs() ([][2]string, abi.Status) {
	b, st := a.bytes()
	if st != abi.StatusOK {
		return nil, st
	}
	pairs, ok := mem.Pairs(b)
	if !ok {
		return nil, abi.StatusMalformed
	}
	return pairs, st
}
