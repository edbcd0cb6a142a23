package meter

import "fmt"

// MaxTable is the most elements that the tables of a module have together, when
// they are made; each may grow to an equal part of as many. Engines keep eight
// bytes for one, and grow a table by as much as the guest says, up to 32 GiB,
// which ends the process. Compilers make one table of a few thousand.
const MaxTable = 1 << 20

// tables copies the table section and bounds each table's growth.
func tables(r *reader) []byte {
	n := r.u32()
	if int64(n) > int64(len(r.b)) {
		r.fail(ErrTruncated)
		return nil
	}
	out := appendU32(make([]byte, 0, len(r.b)+5*int(n)), n)
	var together uint64
	for range n {
		typ, flags, minimum := r.byte(), r.byte(), r.u32()
		maximum := max(minimum, MaxTable/n)
		switch flags {
		case 0:
		case 1:
			if most := r.u32(); most >= minimum {
				maximum = min(most, maximum)
			} else {
				r.fail(fmt.Errorf("a table of at least %d elements has at most %d", minimum, most))
			}
		default: // tables of 64-bit indices, shared tables: none that engines take
			r.fail(ErrUnknown)
		}
		if r.err != nil {
			return nil
		}
		if together += uint64(minimum); together > MaxTable {
			r.fail(fmt.Errorf("the tables have %d elements or more; at most %d are allowed", together, MaxTable))
			return nil
		}
		out = appendU32(appendU32(append(out, typ, 1), minimum), maximum)
	}
	return append(out, r.rest()...)
}
