// Package record keeps real exchanges of a gateway in a file, and reads them.
//
// A file has a JSON object a line: [Chain], the plugins that run from there on,
// and [Exchange], a request with what became of it. What may be a secret is
// masked before it is kept; see [Masks].
package record
