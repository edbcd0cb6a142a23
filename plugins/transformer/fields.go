package main

import "slices"

// field is a header, a parameter of a query, or a field of a form.
type field struct {
	name, value string
	raw         string // as it came, while it is as it came; "" when it was changed
	fixed       bool   // a part that has no value for operations, such as a file
}

// fields are all of a kind, in their order.
type fields struct {
	list    []field
	changed bool
	names   []string // those that were changed
}

// change notes that the fields of a name are no more what they were.
func (f *fields) change(name string) {
	if f.changed = true; !slices.Contains(f.names, name) {
		f.names = append(f.names, name)
	}
}

// first returns the first value of a name, "" where there is none.
func (f *fields) first(name string) string {
	if i := f.index(name); i >= 0 {
		return f.list[i].value
	}
	return ""
}

// index returns where the first field of a name is, -1 where there is none.
func (f *fields) index(name string) int {
	for i := range f.list {
		if e := &f.list[i]; e.name == name && !e.fixed {
			return i
		}
	}
	return -1
}

// get returns the values of a name, nil where there are none.
func (f *fields) get(name string) (values []string) {
	for _, e := range f.list {
		if e.name == name && !e.fixed {
			values = append(values, e.value)
		}
	}
	return values
}

// remove takes all fields of a name off.
func (f *fields) remove(name string) {
	at := f.index(name)
	if at < 0 {
		return
	}
	f.list = append(f.list[:at], slices.DeleteFunc(f.list[at:], func(e field) bool { return e.name == name && !e.fixed })...)
	f.change(name)
}

// set makes values those of a name, where its first field stands, or at the end.
func (f *fields) set(name string, values ...string) {
	at := f.index(name)
	switch {
	case at < 0 && len(values) == 0, at >= 0 && slices.Equal(f.get(name), values):
		return
	case at < 0 && len(values) == 1:
		f.list = append(f.list, field{name: name, value: values[0]})
		f.change(name)
		return
	case at < 0:
		at = len(f.list)
	default:
		f.remove(name)
	}
	added := make([]field, len(values))
	for i, v := range values {
		added[i] = field{name: name, value: v}
	}
	f.list = slices.Insert(f.list, at, added...)
	f.change(name)
}

// add puts values behind those that a name has.
func (f *fields) add(name string, values ...string) {
	f.set(name, append(f.get(name), values...)...)
}

// rename gives the fields of a name another one; where that has fields already,
// they come behind those.
func (f *fields) rename(from, to string) {
	values := f.get(from)
	if len(values) == 0 || from == to {
		return
	}
	if f.index(to) >= 0 {
		f.remove(from)
		f.add(to, values...)
		return
	}
	for i := range f.list {
		if e := &f.list[i]; e.name == from && !e.fixed {
			*e = field{name: to, value: e.value}
		}
	}
	f.change(from)
	f.change(to)
}
