package host

import "strings"

// HeaderMap is an ordered multimap of header (or trailer) fields that behaves
// as Envoy's header map does towards a plugin: names are lower-cased on entry,
// pseudo headers stay in front, "host" means ":authority" in a request, and
// fields that Envoy itself knows (accept, authorization, content-type, …) are
// there once at most: adding one again joins the values with a comma. It is not
// safe for concurrent use.
type HeaderMap struct {
	pairs [][2]string
	kind  MapType
}

// NewHeaderMap returns an empty map of the given kind with room for n fields.
func NewHeaderMap(t MapType, n int) *HeaderMap {
	return &HeaderMap{pairs: make([][2]string, 0, n), kind: t}
}

// HeaderMapOf returns a map that holds copies of the given fields.
func HeaderMapOf(t MapType, fields ...[2]string) *HeaderMap {
	h := NewHeaderMap(t, len(fields))
	h.SetPairs(fields)
	return h
}

// Get returns the first value of the field and whether there is one.
func (h *HeaderMap) Get(name string) (string, bool) {
	name = h.key(name)
	for i := range h.pairs {
		if h.pairs[i][0] == name {
			return h.pairs[i][1], true
		}
	}
	return "", false
}

// Values returns all values of the field, in order; nil if there is none.
func (h *HeaderMap) Values(name string) []string {
	name = h.key(name)
	var v []string
	for i := range h.pairs {
		if h.pairs[i][0] == name {
			v = append(v, h.pairs[i][1])
		}
	}
	return v
}

// Add adds a field behind those that are there (a pseudo header behind the last
// pseudo header), or joins its value to the field that is there.
func (h *HeaderMap) Add(name, value string) {
	h.insert(h.key(name), value)
}

// Set removes all fields of that name and adds this one.
func (h *HeaderMap) Set(name, value string) {
	name = h.key(name)
	h.remove(name)
	h.insert(name, value)
}

// Remove removes all fields of that name and says how many there were.
func (h *HeaderMap) Remove(name string) int { return h.remove(h.key(name)) }

// Pairs returns the fields in order. The slice is the map's own: read it, don't
// keep or change it.
func (h *HeaderMap) Pairs() [][2]string { return h.pairs }

// SetPairs replaces everything by copies of the given fields.
func (h *HeaderMap) SetPairs(fields [][2]string) {
	h.pairs = make([][2]string, 0, len(fields))
	for _, f := range fields {
		h.insert(h.key(f[0]), f[1])
	}
}

// Len returns the number of fields.
func (h *HeaderMap) Len() int { return len(h.pairs) }

// ByteSize returns the sum of the lengths of all names and values.
func (h *HeaderMap) ByteSize() int {
	n := 0
	for i := range h.pairs {
		n += len(h.pairs[i][0]) + len(h.pairs[i][1])
	}
	return n
}

// Clone returns an independent copy; a nil map gives nil.
func (h *HeaderMap) Clone() *HeaderMap {
	if h == nil {
		return nil
	}
	return &HeaderMap{pairs: append([][2]string(nil), h.pairs...), kind: h.kind}
}

func (h *HeaderMap) key(name string) string {
	name = strings.ToLower(name)
	if name == "host" && h.kind == MapRequestHeaders {
		return ":authority"
	}
	return name
}

func (h *HeaderMap) insert(name, value string) {
	for i := range h.pairs {
		if h.pairs[i][0] == name && h.joins(name) {
			h.pairs[i][1] = join(h.pairs[i][1], value)
			return
		}
	}
	f := [2]string{name, value}
	h.pairs = append(h.pairs, f)
	if name == "" || name[0] != ':' {
		return
	}
	i := 0
	for i < len(h.pairs)-1 && strings.HasPrefix(h.pairs[i][0], ":") {
		i++
	}
	copy(h.pairs[i+1:], h.pairs[i:len(h.pairs)-1])
	h.pairs[i] = f
}

func (h *HeaderMap) remove(name string) int {
	kept := h.pairs[:0]
	for _, f := range h.pairs {
		if f[0] != name {
			kept = append(kept, f)
		}
	}
	n := len(h.pairs) - len(kept)
	h.pairs = kept
	return n
}
