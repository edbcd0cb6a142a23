package main

import "github.com/sluiceproxy/sluice/plugins/internal/jose"

// cacheBytes is how many bytes the tokens may take that a configuration remembers,
// in each worker.
const cacheBytes = 2 << 20

// reader reads the token of one request once, for all consumers whose it may be.
type reader struct {
	cache *jose.Cache

	text  string
	token *jose.Token
	err   error
}

// read returns the token of a text. Consumers may see different texts in one place,
// since each has its own prefix.
func (r *reader) read(text string) (*jose.Token, error) {
	if text == "" {
		return nil, errMissing
	}
	if r.text != text {
		r.text = text
		r.token, r.err = r.cache.Parse(text)
	}
	return r.token, r.err
}
