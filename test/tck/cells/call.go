package cells

import (
	"slices"
	"strconv"
	"strings"
)

// Call is one row of the table: what is done in each phase.
type Call struct {
	// Name is unique: what is called, a dot, and the variant.
	Name string
	// Run makes the host calls and tells what they answered.
	Run func(s *Scene) string
	// Answers says that the call answers the request, so the callback holds it.
	Answers bool
}

// Scene is where a call runs.
type Scene struct {
	// Unique is different for each run, for names that hosts remember.
	Unique string
	// Stream and Plugin are the ids of the contexts; Stream is 0 in phases
	// without one.
	Stream, Plugin uint32
}

// name returns a name that no other run uses.
func (s *Scene) name(base string) string { return "c." + base + "." + s.Unique }

// Calls returns all rows in the order in which a phase without a stream runs
// them.
func Calls() []Call {
	var all []Call
	for _, rows := range [][]Call{
		headerCalls(), bodyCalls(), propertyCalls(), sharedCalls(), queueCalls(), metricCalls(), calloutCalls(),
		vmCalls(), foreignCalls(), limitCalls(), rawCalls(), streamCalls(),
	} {
		all = append(all, rows...)
	}
	return all
}

// find returns a row by its name.
func find(name string) (Call, bool) {
	for _, c := range Calls() {
		if c.Name == name {
			return c, true
		}
	}
	return Call{}, false
}

// statusPrefix begins the text of errors that stand for a host's status.
const statusPrefix = "error status returned by host: "

// status names an error, "ok" for none.
func status(err error) string {
	if err == nil {
		return "ok"
	}
	return strings.TrimPrefix(err.Error(), statusPrefix)
}

// text is a status with the bytes that came with it.
func text(b []byte, err error) string {
	if err != nil {
		return status(err)
	}
	return "ok " + strconv.Quote(string(b))
}

// words is text for a string.
func words(s string, err error) string { return text([]byte(s), err) }

// number is a status with a number.
func number(n uint64, err error) string {
	if err != nil {
		return status(err)
	}
	return "ok " + strconv.FormatUint(n, 10)
}

// then joins the answers of steps.
func then(steps ...string) string { return strings.Join(steps, ", ") }

// shown are the headers whose values are the same in each run; transfer-encoding
// is the connection's matter, and hosts show it or not. Names that begin
// with x-c- are as well.
var shown = []string{":method", ":path", ":authority", ":scheme", ":status", "content-length", "content-type"}

// pairs is a status with those headers that are the same in each run, sorted by
// name: not every host keeps the order in which they arrived.
func pairs(all [][2]string, err error) string {
	if err != nil {
		return status(err)
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	b := []byte("ok")
	for _, p := range all {
		if isShown(p[0]) {
			b = append(b, ' ')
			b = append(b, p[0]...)
			b = append(b, '=')
			b = append(b, Quote(p[1])...)
		}
	}
	return string(b)
}

// Quote is a text in quotes, or its length if it is long.
func Quote(s string) string {
	if len(s) > 1000 {
		return "<" + strconv.Itoa(len(s)) + " bytes>"
	}
	return strconv.Quote(s)
}

func isShown(name string) bool {
	if strings.HasPrefix(strings.ToLower(name), "x-c-") {
		return true
	}
	for _, s := range shown {
		if s == name {
			return true
		}
	}
	return false
}
