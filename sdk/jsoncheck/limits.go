package jsoncheck

// Limits say which JSON texts are accepted. Zero in a field is its default.
type Limits struct {
	// Depth is how many lists and objects may be inside one another: 512, the
	// most that parsers are known to survive in a gateway's VM.
	Depth int
	// Bytes is how long the text may be: 16 MiB.
	Bytes int
	// Values is how many values the text may have, keys counted too: 1,048,576.
	Values int
	// UniqueKeys refuses an object that has a key twice: false, RFC 8259 allows
	// it. Set it where a plugin decides and somebody else acts: gjson takes the
	// first of two, encoding/json and most other parsers the last, so what was
	// checked is not what is done. Keys are compared as they read without
	// escapes; "a" and "A" are two keys, although encoding/json takes either for
	// a field of a struct. It takes about 100 bytes of memory for each key.
	UniqueKeys bool
}

// Defaults of Limits.
const (
	DefaultDepth  = 512
	DefaultBytes  = 16 << 20
	DefaultValues = 1 << 20
)

// maxNumber is how many characters a number may have. The exact decimal form of
// every float64 is shorter.
const maxNumber = 1100

func (l Limits) orDefaults() Limits {
	l.Depth, l.Bytes, l.Values = or(l.Depth, DefaultDepth), or(l.Bytes, DefaultBytes), or(l.Values, DefaultValues)
	return l
}

func or(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}
