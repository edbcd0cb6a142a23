// Package jsonscan reads single values out of a JSON text without parsing the
// rest of it: the scan ends where the value ends, looks at eight bytes at a
// time, allocates nothing and does not recurse, so that neither a long text nor
// a deeply nested one can hurt.
//
//	model, err := jsonscan.Get(body, "model").Text()
//
// On valid JSON the results are those of github.com/tidwall/gjson for the same
// keys. What the scan passes over is not validated, and what lies behind the
// value is not looked at: where a malformed text must be refused, give it to
// package jsoncheck first. On such a text Get returns some value or none, and
// never panics.
package jsonscan
