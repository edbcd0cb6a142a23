package spec

import (
	"reflect"
	"strconv"
	"time"
)

// Bound is one end of a range, in the form that its node's kind needs.
type Bound struct {
	Text      string // as the tag has it
	Exclusive bool
	Int       int64 // of Int and Duration
	Uint      uint64
	Float     float64
}

// parseBound reads a bound for a value of kind k, whose Go type is t.
func parseBound(k Kind, t reflect.Type, text string, exclusive bool) (*Bound, error) {
	b := &Bound{Text: text, Exclusive: exclusive}
	var err error
	switch k {
	case Int:
		b.Int, err = strconv.ParseInt(text, 10, t.Bits())
	case Uint:
		b.Uint, err = strconv.ParseUint(text, 10, t.Bits())
	case Float:
		b.Float, err = strconv.ParseFloat(text, t.Bits())
	case Duration:
		var d time.Duration
		d, err = time.ParseDuration(text)
		b.Int = int64(d)
	}
	return b, err
}

// above reports whether a bound is above another of the same kind, so that
// nothing lies between them.
func (b *Bound) above(o *Bound) bool {
	if b.Int == o.Int && b.Uint == o.Uint && b.Float == o.Float {
		return b.Exclusive || o.Exclusive
	}
	return b.Int > o.Int || b.Uint > o.Uint || b.Float > o.Float
}

// Below reports whether a value of kind k, the one of i, u and f that the kind
// is for, is too small for the bound.
func (b *Bound) Below(k Kind, i int64, u uint64, f float64) bool {
	switch k {
	case Uint:
		return u < b.Uint || b.Exclusive && u == b.Uint
	case Float:
		return f < b.Float || b.Exclusive && f == b.Float
	}
	return i < b.Int || b.Exclusive && i == b.Int
}

// Above is Below for an upper bound.
func (b *Bound) Above(k Kind, i int64, u uint64, f float64) bool {
	switch k {
	case Uint:
		return u > b.Uint || b.Exclusive && u == b.Uint
	case Float:
		return f > b.Float || b.Exclusive && f == b.Float
	}
	return i > b.Int || b.Exclusive && i == b.Int
}
