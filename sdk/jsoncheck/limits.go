package jsoncheck

// Limits bound a JSON text. Zero in a field is its default.
type Limits struct {
	// Depth is how many lists and objects may be inside one another: 512, the
	// most that parsers are known to survive in a gateway's VM.
	Depth int
	// Bytes is how long the text may be: 16 MiB.
	Bytes int
	// Values is how many values the text may have, keys counted too: 1,048,576.
	Values int
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
	return Limits{or(l.Depth, DefaultDepth), or(l.Bytes, DefaultBytes), or(l.Values, DefaultValues)}
}

func or(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}
