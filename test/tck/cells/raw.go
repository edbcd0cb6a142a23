package cells

import "strconv"

// Raw calls pass the host what no SDK would: unknown numbers of maps, buffers
// and kinds, pointers outside of the memory, malformed lists. They exist only
// in a module.

// NeedsModule is the answer of a raw call outside of a module.
const NeedsModule = "needs a module"

// outside is an address behind the memory's end.
const outside = 0xffff_fff0

// statusNames are the ABI's.
var statusNames = [...]string{
	"ok", "not found", "bad argument", "serialization failure", "parse failure", "bad expression", "invalid memory access", "empty",
	"cas mismatch", "result mismatch", "internal failure", "broken connection", "unimplemented",
}

func statusName(n uint32) string {
	if int(n) < len(statusNames) {
		return statusNames[n]
	}
	return "status " + strconv.Itoa(int(n))
}

// rawArgument is an argument of a raw call: a number, a text (pointer and
// length), or the address of a word for a result.
type rawArgument struct {
	number uint64
	text   string
	isText bool
	word   int // counted from 1
}

func num(n uint64) rawArgument     { return rawArgument{number: n} }
func str(s string) rawArgument     { return rawArgument{text: s, isText: true} }
func result(word int) rawArgument  { return rawArgument{word: word} }
func negative(n int64) rawArgument { return rawArgument{number: uint64(n)} }

// far is an argument pair, a pointer and a length, that lies outside.
func far() []rawArgument { return []rawArgument{num(outside), num(100)} }

func args(parts ...any) (all []rawArgument) {
	for _, p := range parts {
		switch p := p.(type) {
		case rawArgument:
			all = append(all, p)
		case []rawArgument:
			all = append(all, p...)
		case int:
			all = append(all, num(uint64(p)))
		case string:
			all = append(all, str(p))
		}
	}
	return all
}

// rawRow is a call of one host function that shows its status, and the word that
// it wrote where shows names one.
func rawRow(name, function string, shows int, arguments ...any) Call {
	return Call{Name: "raw." + name, Run: func(*Scene) string {
		status, words, ok := rawCall(function, args(arguments...))
		switch {
		case !ok:
			return NeedsModule
		case status != 0 || shows == 0:
			return statusName(status)
		}
		return statusName(status) + " " + strconv.FormatUint(uint64(uint32(words[shows-1])), 10)
	}}
}

func rawCalls() (rows []Call) {
	for _, list := range [][]Call{rawMapRows(), rawBufferRows(), rawStateRows(), rawMetricRows(), rawVMRows(), rawCalloutRows(), rawForeignRows()} {
		rows = append(rows, list...)
	}
	return rows
}
