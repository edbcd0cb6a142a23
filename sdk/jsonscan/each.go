package jsonscan

// Members calls yield with the keys and values of an object, in their order,
// until it returns false. Keys are strings; equal ones come as often as they
// stand there. It does nothing for a value of another kind, so that it can stand
// in a range clause without a check.
func (v Value) Members(yield func(key, value Value) bool) {
	if v.Kind() != Object {
		return
	}
	d := v.raw
	for i := 0; i >= 0; {
		if i = skipSpace(d, i+1); i >= len(d) || d[i] != '"' {
			return
		}
		key, end := cut(d, i)
		if end < 0 {
			return
		}
		if end = skipSpace(d, end); end >= len(d) || d[end] != ':' {
			return
		}
		begin := skipSpace(d, end+1)
		value, end := cut(d, begin)
		if end < 0 || !yield(key, value) {
			return
		}
		i = comma(d, end)
	}
}

// Elements calls yield with the values of a list, in their order, until it
// returns false. It does nothing for a value of another kind.
func (v Value) Elements(yield func(value Value) bool) {
	if v.Kind() != List {
		return
	}
	d := v.raw
	for i := 0; i >= 0; {
		value, end := cut(d, skipSpace(d, i+1))
		if end < 0 || !yield(value) {
			return
		}
		i = comma(d, end)
	}
}

// cut returns the value at i and the index behind it, or -1.
func cut(d []byte, i int) (Value, int) {
	end := skipValue(d, i)
	if end < 0 {
		return Value{}, -1
	}
	return Value{raw: d[i:end:end]}, end
}

// comma returns where the comma is behind a value that ends at i, or -1.
func comma(d []byte, i int) int {
	if i = skipSpace(d, i); i >= len(d) || d[i] != ',' {
		return -1
	}
	return i
}
