// Package jsonscan reads single values out of a JSON text without parsing the
// rest of it: the scan ends where the value ends, looks at eight bytes at a
// time, allocates nothing and does not recurse, so that neither a long text nor
// a deeply nested one can hurt.
//
//	model, err := jsonscan.Get(body, "model").Text()
//
// Get is for a plugin that only reads: what the scan passes over is not validated,
// and what lies behind the value is not looked at. A plugin that decides by what
// it reads, such as a guard, must refuse a malformed text, for another parser may
// see another value in it. GetValid does both in one pass, in a fifth of the time
// that gjson takes for both:
//
//	model, valid := jsonscan.GetValid(body, "model")
//	if !valid {
//		// answer with status 400
//	}
//
// Where equal keys, bad UTF-8 or a size beyond limits are to be refused, too, give
// the text to package jsoncheck.
//
// On valid JSON the results are those of github.com/tidwall/gjson for the same
// keys. On any other, Get returns some value or none, and never panics.
package jsonscan
