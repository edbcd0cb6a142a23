package filter

import (
	"errors"
	"slices"

	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// maxSingle is how many changes are written one by one; more are cheaper as a
// whole.
const maxSingle = 3

// flush writes what has changed.
func (h *Headers) flush() error {
	if len(h.touched) == 0 {
		return nil
	}
	touched := h.touched
	h.touched = nil
	if len(h.pairs) > mem.MaxPairs || mem.PairsSize(h.pairs) > mem.MaxPairsBytes {
		return types.ErrTooManyHeaders // also where each one could be added
	}
	ops := make([]headerOp, 0, maxSingle)
	for _, name := range touched {
		if ops = h.appendOps(ops, name); len(ops) > maxSingle {
			ops = nil
			break
		}
	}
	var err error
	if ops == nil {
		err = h.host.replaceAll(h.pairs)
	}
	for i := range ops {
		err = errors.Join(err, ops[i].do(&h.host))
	}
	h.original = h.pairs[:len(h.pairs):len(h.pairs)]
	if err != nil {
		return errors.New("headers can't be written: " + err.Error())
	}
	return nil
}

// headerOp is one change.
type headerOp struct {
	verb        verb
	name, value string
}

type verb uint8

const (
	opAdd verb = iota
	opReplace
	opRemove
)

func (o *headerOp) do(host *access) error {
	switch o.verb {
	case opAdd:
		return host.add(o.name, o.value)
	case opReplace:
		return host.replace(o.name, o.value)
	}
	return host.remove(o.name)
}

// appendOps appends what turns the host's values of a header into those here.
func (h *Headers) appendOps(ops []headerOp, name string) []headerOp {
	had, want := valuesOf(h.original, name), valuesOf(h.pairs, name)
	switch {
	case slices.Equal(had, want):
		return ops
	case len(want) == 0:
		return append(ops, headerOp{opRemove, name, ""})
	case len(had) > 0 && len(want) == 1:
		return append(ops, headerOp{opReplace, name, want[0]})
	case len(want) < len(had) || !slices.Equal(had, want[:len(had)]):
		ops = append(ops, headerOp{opRemove, name, ""})
		had = nil
	}
	for _, value := range want[len(had):] {
		ops = append(ops, headerOp{opAdd, name, value})
	}
	return ops
}

func valuesOf(pairs [][2]string, name string) (values []string) {
	for i := range pairs {
		if pairs[i][0] == name {
			values = append(values, pairs[i][1])
		}
	}
	return values
}
