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
	before := len(f.list)
	f.list = slices.DeleteFunc(f.list, func(e field) bool { return e.name == name && !e.fixed })
	f.changed = f.changed || len(f.list) != before
}

// set makes values those of a name, where its first field stands, or at the end.
func (f *fields) set(name string, values []string) {
	if slices.Equal(f.get(name), values) {
		return
	}
	at := slices.IndexFunc(f.list, func(e field) bool { return e.name == name && !e.fixed })
	f.remove(name)
	if at < 0 {
		at = len(f.list)
	}
	added := make([]field, len(values))
	for i, v := range values {
		added[i] = field{name: name, value: v}
	}
	f.list = slices.Insert(f.list, at, added...)
	f.changed = true
}

// add puts values behind those that a name has.
func (f *fields) add(name string, values ...string) {
	f.set(name, append(f.get(name), values...))
}

// rename gives the fields of a name another one; where that has fields already,
// they come behind those.
func (f *fields) rename(from, to string) {
	values := f.get(from)
	if len(values) == 0 || from == to {
		return
	}
	if len(f.get(to)) > 0 {
		f.remove(from)
		f.add(to, values...)
		return
	}
	for i := range f.list {
		if e := &f.list[i]; e.name == from && !e.fixed {
			*e = field{name: to, value: e.value}
		}
	}
	f.changed = true
}
