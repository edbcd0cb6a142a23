package jose

import (
	"crypto/subtle"
	"hash/maphash"
	"strings"
)

const (
	// perToken is what a token in a Cache counts for besides its texts: more than
	// it takes.
	perToken = 768
	// share is the part of a Cache's limit that one token may take.
	share = 16
)

// Cache keeps tokens that were read and whose signature was right, so that neither
// is done again for a token that comes again. It keeps what is true forever: that
// a text has a key's signature. It says nothing of whether that key is still in
// force, and Set.Verify looks for the key in the set that is given, each time.
// Times, issuer and the rest are the caller's to look at, each time.
//
// A token is found by all of its text. Only tokens that Set.Verify has found right
// get in, so that nobody fills it who has no key. Where there is no room, those go
// that were not asked for the longest, many at a time.
//
// It is for one goroutine at a time, as is a VM of a gateway.
type Cache struct {
	limit      int
	seed       maphash.Seed
	young, old generation // half of the limit each
}

// generation are tokens by the hash of their text.
type generation struct {
	tokens map[uint64]*Token
	bytes  int
}

// NewCache returns a cache of so many bytes: those of the texts and 768 for each
// token. A token that would take more than a sixteenth of it is not kept.
func NewCache(bytes int) *Cache {
	return &Cache{limit: bytes, seed: maphash.MakeSeed(), young: newGeneration(), old: newGeneration()}
}

func newGeneration() generation { return generation{tokens: map[uint64]*Token{}} }

// Parse is Parse for a text that may be in the cache.
func (c *Cache) Parse(text string) (*Token, error) {
	h := maphash.String(c.seed, text)
	if t := c.young.find(h, text); t != nil {
		return t, nil
	}
	if t := c.old.find(h, text); t != nil {
		c.old.remove(h)
		c.add(h, t)
		return t, nil
	}
	return Parse(text)
}

// Keep remembers a token of Parse, if Set.Verify has found it right.
func (c *Cache) Keep(t *Token) {
	if t.kept || !t.proven() || t.size() > c.limit/share {
		return
	}
	t.kept = true
	t.text = strings.Clone(t.text) // it may be a part of all headers
	t.signed = t.text[:len(t.signed)]
	c.add(maphash.String(c.seed, t.text), t)
}

// Size is how many tokens there are, and for how many bytes they count.
func (c *Cache) Size() (tokens, bytes int) {
	return len(c.young.tokens) + len(c.old.tokens), c.young.bytes + c.old.bytes
}

// add makes room and puts a token in. Those that are asked for move from the old
// generation to the young one; when that is full, what the old one still has goes.
func (c *Cache) add(h uint64, t *Token) {
	c.young.remove(h)
	if c.young.bytes+t.size() > c.limit/2 {
		c.old, c.young = c.young, newGeneration()
	}
	c.young.tokens[h] = t
	c.young.bytes += t.size()
}

// find compares all of the text in constant time: a hash may be another text's, and
// nobody is to learn of a token how much of it he has guessed.
func (g *generation) find(h uint64, text string) *Token {
	t := g.tokens[h]
	if t == nil || subtle.ConstantTimeCompare([]byte(t.text), []byte(text)) == 0 {
		return nil
	}
	return t
}

func (g *generation) remove(h uint64) {
	if t := g.tokens[h]; t != nil {
		g.bytes -= t.size()
		delete(g.tokens, h)
	}
}

// size is what the token counts for in a cache.
func (t *Token) size() int {
	return len(t.text) + len(t.Claims.json) + len(t.signature) + len(t.Kid) + perToken
}
