package filter

import (
	"errors"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Headers are the headers or trailers of a message, as all filters of a bundle
// share them: they are read from the gateway once, when first asked for, and
// what has changed is written once, when the last filter has seen them.
//
// Names are compared in lower case. Pseudo headers, such as ":path", are headers
// like others. What is read stays readable for the life of the stream.
type Headers struct {
	host     access
	pairs    [][2]string
	original [][2]string
	touched  []string // names that were changed
	here     bool     // the host has them: their phase has begun
	read     bool
	gone     bool // the host takes no more changes
	err      error
}

// ErrHeadersGone is returned for a change of headers that have gone on, or that
// have not come.
var ErrHeadersGone = errors.New("the headers are not here: they have gone on, or not come yet, and can't be changed")

// load reads the headers from the host.
func (h *Headers) load() {
	if h.read || !h.here || h.err != nil {
		return
	}
	pairs, err := h.host.all()
	if err != nil && !errors.Is(err, types.ErrorStatusNotFound) {
		h.err = errors.New("headers can't be read: " + err.Error())
		return
	}
	h.read, h.original = true, pairs
	h.pairs = pairs[:len(pairs):len(pairs)]
}

// Get returns the first value of a header, "" where there is none.
func (h *Headers) Get(name string) string {
	value, _ := h.Lookup(name)
	return value
}

// Lookup is Get for headers that may be empty.
func (h *Headers) Lookup(name string) (value string, ok bool) {
	if h == nil {
		return "", false
	}
	h.load()
	for i := range h.pairs {
		if sameName(h.pairs[i][0], name) {
			return h.pairs[i][1], true
		}
	}
	return "", false
}

// Values returns all values of a header, in order.
func (h *Headers) Values(name string) (values []string) {
	for key, value := range h.All {
		if sameName(key, name) {
			values = append(values, value)
		}
	}
	return values
}

// All calls yield for each header, in order, until it returns false: range over
// it. Don't change headers meanwhile.
func (h *Headers) All(yield func(name, value string) bool) {
	if h == nil {
		return
	}
	h.load()
	for i := range h.pairs {
		if !yield(h.pairs[i][0], h.pairs[i][1]) {
			return
		}
	}
}

// Len returns the number of headers, each value counted.
func (h *Headers) Len() int {
	if h == nil {
		return 0
	}
	h.load()
	return len(h.pairs)
}

// Set makes value the only one of a header. Nothing changes with an error:
// types.ErrInvalidHeader for a name or value that would break its line,
// ErrHeadersGone, or that of reading the headers.
func (h *Headers) Set(name, value string) error {
	name, err := h.change(name, value)
	if err != nil {
		return err
	}
	for i := range h.pairs {
		if h.pairs[i][0] == name {
			h.own()
			h.pairs[i][1] = value
			h.drop(name, i+1)
			return nil
		}
	}
	h.pairs = append(h.pairs, [2]string{name, value})
	return nil
}

// Add adds a value next to those that a header has. Errors are those of Set.
func (h *Headers) Add(name, value string) error {
	name, err := h.change(name, value)
	if err != nil {
		return err
	}
	h.pairs = append(h.pairs, [2]string{name, value})
	return nil
}

// Del removes all values of a header; it is no error where there are none.
func (h *Headers) Del(name string) error {
	if _, ok := h.Lookup(name); !ok && h.err == nil {
		return nil
	}
	name, err := h.change(name, "")
	if err != nil {
		return err
	}
	h.own()
	h.drop(name, 0)
	return nil
}

// change begins a change; it returns the name in lower case.
func (h *Headers) change(name, value string) (string, error) {
	if h == nil || !h.here || h.gone {
		return "", ErrHeadersGone
	}
	if name == "" || strings.ContainsAny(name, "\r\n\x00") || strings.ContainsAny(value, "\r\n\x00") {
		return "", types.ErrInvalidHeader
	}
	if h.load(); h.err != nil {
		return "", h.err
	}
	name = lower(name)
	if !slices.Contains(h.touched, name) {
		h.touched = append(h.touched, name)
	}
	return name, nil
}

// own makes the pairs ones that may be written to.
func (h *Headers) own() {
	if len(h.pairs) > 0 && len(h.original) > 0 && &h.pairs[0] == &h.original[0] {
		h.pairs = slices.Clone(h.pairs)
	}
}

// drop removes a header's values from a position on.
func (h *Headers) drop(name string, from int) {
	rest := slices.DeleteFunc(h.pairs[from:], func(p [2]string) bool { return p[0] == name })
	h.pairs = h.pairs[:from+len(rest)]
}

// last returns the last value of a header, "" where there is none.
func (h *Headers) last(name string) (value string) {
	for key, v := range h.All {
		if key == name {
			value = v
		}
	}
	return value
}

// sameName reports whether name, in any case, is key, which is in lower case.
func sameName(key, name string) bool {
	if len(key) != len(name) {
		return false
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != key[i] {
			return false
		}
	}
	return true
}

func lower(name string) string {
	if sameName(name, name) {
		return name
	}
	b := []byte(name)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
