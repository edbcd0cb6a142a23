package jose

import (
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"github.com/sluiceproxy/sluice/test/josetest"
)

// kinds are algorithms of every kind of key.
var kinds = []string{"HS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"}

// counter counts the signatures that the keys of a set compute.
type counter struct {
	verifier
	n *int
}

func (c counter) checks(a algorithm, text string, signature []byte) bool {
	*c.n++
	return c.verifier.checks(a, text, signature)
}

// counted makes the set count.
func counted(s *Set, n *int) *Set {
	for _, k := range s.keys {
		k.verifier = counter{k.verifier, n}
	}
	return s
}

// through reads a text by way of a cache, and keeps it if it is right.
func through(c *Cache, s *Set, text string) error {
	b := Budget(MaxKeys)
	return spending(c, s, text, &b)
}

func spending(c *Cache, s *Set, text string, b *Budget) error {
	token, err := c.Parse(text)
	if err != nil {
		return err
	}
	if err = s.Verify(token, b); err == nil {
		c.Keep(token)
	}
	return err
}

// holds reports whether the cache has the text.
func (c *Cache) holds(text string) bool {
	h := maphash.String(c.seed, text)
	return c.young.find(h, text) != nil || c.old.find(h, text) != nil
}

func TestCacheComputesOnce(t *testing.T) {
	for _, alg := range kinds {
		n, key, c := 0, josetest.New("k", alg), NewCache(1<<20)
		set, text := counted(setOf(t, key.JWK()), &n), key.Token(joe)
		for range 5 {
			if err := through(c, set, text); err != nil {
				t.Error(alg, err)
			}
		}
		token, err := c.Parse(text)
		if err != nil || n != 1 || !token.Claims.IssuedBy("joe") || token.Kid != "k" {
			t.Errorf("%s: %v after %d computations, claims %s", alg, err, n, token.Claims.json)
		}
		// The same key, read again: a key set that was fetched anew.
		if err := through(c, counted(setOf(t, key.JWK(`"use":"sig"`)), &n), text); err != nil || n != 1 {
			t.Errorf("%s: %v after %d computations", alg, err, n)
		}
	}
}

// A key that is no longer in force takes its tokens with it, whatever is kept.
func TestCacheAndOtherSets(t *testing.T) {
	rsa, next, ec := josetest.New("k", "RS256"), josetest.New("k", "RS256"), josetest.New("k", "ES256")
	c, text := NewCache(1<<20), rsa.Token(joe)
	for _, s := range []struct {
		name string
		set  *Set
		want error
	}{
		{"its key", setOf(t, rsa.JWK()), nil},
		{"no key", setOf(t), ErrNoKey},
		{"another key of that name", setOf(t, next.JWK()), ErrSignature},
		{"another key's kind", setOf(t, ec.JWK()), ErrNoKey},
		{"its key under another name", setOf(t, strings.Replace(rsa.JWK(), `"kid":"k"`, `"kid":"l"`, 1)), ErrNoKey},
		{"its key for another algorithm", setOf(t, rsa.JWK(`"alg":"PS256"`)), ErrNoKey},
		{"its key for another hash", setOf(t, rsa.JWK(`"alg":"RS512"`)), ErrNoKey},
		{"its key without a name", setOf(t, strings.Replace(rsa.JWK(), `"kid":"k",`, "", 1)), nil},
		{"both keys", setOf(t, next.JWK(), rsa.JWK()), nil},
		{"another key again", setOf(t, next.JWK()), ErrSignature},
		{"its key again", setOf(t, rsa.JWK()), nil},
	} {
		for range 2 {
			if err := through(c, s.set, text); !errors.Is(err, s.want) {
				t.Errorf("%s: %v, want %v", s.name, err, s.want)
			}
		}
	}
	withdrawn, err := ParseSet([]byte(`{"keys":[` + rsa.JWK(`"use":"enc"`) + `,` + rsa.JWK(`"key_ops":["sign"]`) + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := through(c, withdrawn, text); !errors.Is(err, ErrNoKey) {
		t.Errorf("its key, not for signatures: %v", err)
	}
}

// A signature with another header in front of it, and the same key as another kind
// of key, are other texts and other keys.
func TestCacheAndConfusion(t *testing.T) {
	rsa, own := josetest.New("k", "RS256"), josetest.New("k", "RS256")
	c, set, text := NewCache(1<<20), setOf(t, rsa.JWK()), rsa.Token(joe)
	if err := through(c, set, text); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(text, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	modulus := strings.Split(strings.Split(rsa.JWK(), `"n":"`)[1], `"`)[0]
	for name, forged := range map[string]string{
		"none":                josetest.Encode([]byte(`{"alg":"none","typ":"JWT","kid":"k"}`)) + "." + rest,
		"PS256":               josetest.Encode([]byte(`{"alg":"PS256","typ":"JWT","kid":"k"}`)) + "." + rest,
		"RS512":               josetest.Encode([]byte(`{"alg":"RS512","typ":"JWT","kid":"k"}`)) + "." + rest,
		"no kid":              josetest.Encode([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + rest,
		"HMAC":                josetest.HMAC("k", "HS256", []byte(modulus)).Token(joe),
		"own key":             own.Token(joe),
		"own claims":          own.Token(`{"iss":"joe","admin":true}`),
		"own signature":       strings.TrimSuffix(text, signature) + strings.Split(own.Token(joe), ".")[2],
		"no signature":        strings.TrimSuffix(text, signature),
		"payload of its own":  strings.Replace(text, payload, josetest.Encode([]byte(`{"iss":"eve"}`)), 1),
		"a space before":      " " + text,
		"twice":               text + text,
		"a text that goes on": text + "A",
	} {
		if err := through(c, set, forged); err == nil {
			t.Errorf("%s was accepted", name)
		}
		if c.holds(forged) {
			t.Errorf("%s is kept", name)
		}
	}
	if n, _ := c.Size(); n != 1 {
		t.Errorf("%d tokens", n)
	}
}

// Each character of a token that is kept, changed.
func TestCacheSeesEveryByte(t *testing.T) {
	for _, alg := range []string{"HS256", "ES256", "EdDSA"} {
		key := josetest.New("k", alg)
		c, set, text := NewCache(1<<20), setOf(t, key.JWK()), key.Token(joe)
		if err := through(c, set, text); err != nil {
			t.Fatal(err)
		}
		for i := range text {
			changed := []byte(text)
			changed[i] ^= 1
			if err := through(c, set, string(changed)); err == nil || c.holds(string(changed)) {
				t.Errorf("%s: the change at %d was not seen", alg, i)
			}
		}
		if err := through(c, set, text); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
	}
}

// A hash that two texts share finds only the text that is kept.
func TestCacheBelievesNoHash(t *testing.T) {
	key := josetest.New("k", "HS256")
	c, set := NewCache(1<<20), setOf(t, key.JWK())
	good, bad := key.Token(joe), josetest.New("k", "HS256").Token(joe)
	if err := through(c, set, good); err != nil {
		t.Fatal(err)
	}
	kept, _ := c.Parse(good)
	for _, g := range []*generation{&c.young, &c.old} {
		g.tokens[maphash.String(c.seed, bad)] = kept
		if err := through(c, set, bad); !errors.Is(err, ErrSignature) {
			t.Errorf("%v", err)
		}
		delete(g.tokens, maphash.String(c.seed, bad))
	}
	// And where both are right, the later one takes the place.
	other := key.Token(`{"iss":"joe","n":1}`)
	c.young.tokens[maphash.String(c.seed, other)] = kept
	c.young.bytes += kept.size()
	if err := through(c, set, other); err != nil || !c.holds(other) {
		t.Errorf("%v", err)
	}
	token, _ := c.Parse(other)
	if n, bytes := c.Size(); n != 2 || bytes != kept.size()+token.size() {
		t.Errorf("%d tokens with %d bytes", n, bytes)
	}
}

// What does not pass is not kept, however much of it comes.
func TestCacheKeepsNoFailures(t *testing.T) {
	key, other := josetest.New("k", "HS256"), josetest.New("k", "HS256")
	n, c := 0, NewCache(1<<20)
	set := counted(setOf(t, key.JWK()), &n)
	good := key.Token(joe)
	if err := through(c, set, good); err != nil {
		t.Fatal(err)
	}
	for i := range 10_000 {
		if err := through(c, set, other.Token(fmt.Sprintf(`{"n":%d}`, i))); !errors.Is(err, ErrSignature) {
			t.Fatal(err)
		}
	}
	bad := other.Token(joe)
	n = 0
	for range 3 {
		if err := through(c, set, bad); !errors.Is(err, ErrSignature) {
			t.Fatal(err)
		}
	}
	if kept, _ := c.Size(); kept != 1 || n != 3 || !c.holds(good) {
		t.Errorf("%d tokens are kept, %d signatures computed", kept, n)
	}
	token, err := Parse(bad)
	if err != nil {
		t.Fatal(err)
	}
	c.Keep(token) // never verified
	if c.holds(bad) {
		t.Error("a token that nobody verified is kept")
	}
}

// A token is tried with a key once, and has the same result and the same budget as
// if it were each time.
func TestVerdictsChangeNothing(t *testing.T) {
	var keys []josetest.Key
	for i := range 12 {
		keys = append(keys, josetest.New([]string{"", "a", "b"}[i%3], "HS256"))
	}
	r, c := rand.New(rand.NewPCG(1, 2)), NewCache(1<<20)
	passed := 0
	for range 3000 {
		var jwks []string
		for range r.IntN(14) {
			jwks = append(jwks, keys[r.IntN(len(keys))].JWK())
		}
		set, budget := setOf(t, jwks...), Budget(r.IntN(10))
		text := keys[r.IntN(len(keys))].Token(joe)
		token, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		left := budget
		want := set.plain(token, &left)
		got := spending(c, set, text, &budget)
		if (got == nil) != (want == nil) || want != nil && !errors.Is(got, want) || budget != left {
			t.Fatalf("%v with %d left, want %v with %d", got, budget, want, left)
		}
		if want == nil {
			passed++
		}
	}
	if passed < 300 {
		t.Errorf("only %d passed", passed)
	}
}

// plain is Verify without a memory.
func (s *Set) plain(t *Token, b *Budget) error {
	result := ErrNoKey
	for _, k := range s.keys {
		if !k.fits(t) {
			continue
		}
		if result = ErrSignature; *b <= 0 {
			return result
		}
		if *b--; k.checks(t.algorithm, t.signed, t.signature) {
			return nil
		}
	}
	return result
}

// A token remembers few keys, however many a set has.
func TestVerdictsAreBounded(t *testing.T) {
	n := 0
	var jwks []string
	for range 3 * maxVerdicts {
		jwks = append(jwks, josetest.New("", "HS256").JWK())
	}
	last := josetest.New("", "HS256")
	set := counted(setOf(t, append(jwks, last.JWK())...), &n)
	token, err := Parse(last.Token(joe))
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(set, token); err != nil || n != len(jwks)+1 || len(token.verdicts) > maxVerdicts || !token.proven() {
		t.Errorf("%v after %d computations, %d verdicts", err, n, len(token.verdicts))
	}
	few := setOf(t, jwks[:maxVerdicts]...)
	token.verdicts = nil
	for range 2 { // the second time nothing is computed
		n = 0
		if err := verify(counted(few, &n), token); !errors.Is(err, ErrSignature) || token.proven() {
			t.Errorf("%v", err)
		}
	}
	if n != 0 {
		t.Errorf("%d computed again", n)
	}
}

// 100,000 tokens that are right take no more room than the limit, and those that
// come all the time stay.
func TestCacheIsBounded(t *testing.T) {
	const limit = 1 << 20
	key := josetest.New("k", "HS256")
	c, set, n := NewCache(limit), setOf(t, key.JWK()), 0
	usual := key.Token(`{"sub":"usual"}`)
	before := heap()
	for i := range 100_000 {
		// A part of a long line of headers, which must not stay with it.
		line := "Bearer " + key.Token(fmt.Sprintf(`{"iss":"joe","sub":"%d"}`, i)) + strings.Repeat(" ", 1000)
		text := strings.TrimSpace(line[7:])
		if err := through(c, set, text); err != nil || !c.holds(text) {
			t.Fatal(err)
		}
		if i%100 == 0 {
			if err := through(c, counted(setOf(t, key.JWK()), &n), usual); err != nil {
				t.Fatal(err)
			}
		}
		if _, bytes := c.Size(); bytes > limit {
			t.Fatalf("%d bytes after %d tokens", bytes, i)
		}
	}
	tokens, bytes := c.Size()
	if tokens < limit/2/(perToken+200) || tokens > limit/perToken || bytes < limit/2 || n != 1 {
		t.Errorf("%d tokens with %d bytes, the usual one computed %d times", tokens, bytes, n)
	}
	if more := heap() - before; more > limit {
		t.Errorf("%d tokens take %d bytes", tokens, more)
	}
	runtime.KeepAlive(c)
}

// heap is what is reachable.
func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// Those that were asked for last stay.
func TestCacheDropsTheOldest(t *testing.T) {
	key := josetest.New("k", "HS256")
	set := setOf(t, key.JWK())
	text := func(i int) string { return key.Token(fmt.Sprintf(`{"n":%d}`, 1000+i)) }
	token, _ := Parse(text(0))
	size := token.size()
	c := NewCache(20 * size) // ten in each generation
	keep := func(from, to int) {
		for i := from; i < to; i++ {
			if err := through(c, set, text(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	kept := func() (all []int) {
		for i := range 100 {
			if c.holds(text(i)) {
				all = append(all, i)
			}
		}
		return all
	}
	keep(0, 20)
	if n, bytes := c.Size(); n != 20 || bytes != 20*size || len(kept()) != 20 {
		t.Errorf("%d tokens with %d bytes of %d", n, bytes, 20*size)
	}
	keep(3, 5) // of the old generation: the young one is full, so what else is old goes
	if got := kept(); !slices.Equal(got, []int{3, 4, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}) {
		t.Errorf("%v", got)
	}
	if n, bytes := c.Size(); n != 12 || bytes != 12*size {
		t.Errorf("%d tokens with %d bytes", n, bytes)
	}
	keep(12, 13) // of the old generation, where the young one has room
	if n, bytes := c.Size(); n != 12 || bytes != 12*size || c.old.bytes != 9*size {
		t.Errorf("%d tokens with %d bytes", n, bytes)
	}
	keep(20, 27)
	if n, bytes := c.Size(); n != 19 || bytes != 19*size {
		t.Errorf("%d tokens with %d bytes", n, bytes)
	}
	keep(15, 16)
	if got := kept(); !slices.Equal(got, []int{3, 4, 12, 15, 20, 21, 22, 23, 24, 25, 26}) {
		t.Errorf("%v", got)
	}
	token, _ = c.Parse(text(15))
	c.Keep(token) // a second time changes nothing
	if n, bytes := c.Size(); n != 11 || bytes != 11*size {
		t.Errorf("%d tokens with %d bytes", n, bytes)
	}
}

// A long token is not kept, one that is just short enough is.
func TestCacheKeepsNoLongToken(t *testing.T) {
	key := josetest.New("k", "HS256")
	set, text := setOf(t, key.JWK()), key.Token(joe)
	token, _ := Parse(text)
	for limit, want := range map[int]bool{share * token.size(): true, share*token.size() - 1: false, 0: false} {
		c := NewCache(limit)
		if err := through(c, set, text); err != nil || c.holds(text) != want {
			t.Errorf("a limit of %d: %v, kept %v", limit, err, !want)
		}
	}
	if want := len(text) + len(joe) + 32 + len("k") + perToken; token.size() != want {
		t.Errorf("size %d, want %d", token.size(), want)
	}
}

// What is kept has a memory of its own.
func TestCacheCopies(t *testing.T) {
	key := josetest.New("k", "HS256")
	c, line := NewCache(1<<20), "Bearer "+key.Token(joe)
	if err := through(c, setOf(t, key.JWK()), line[7:]); err != nil {
		t.Fatal(err)
	}
	token, _ := c.Parse(line[7:])
	for _, s := range []string{token.text, token.signed} {
		if at := uintptr(unsafe.Pointer(unsafe.StringData(s))) - uintptr(unsafe.Pointer(unsafe.StringData(line))); at < uintptr(len(line)) {
			t.Error("a part of the headers stays with the token")
		}
	}
	if token.text != line[7:] || !strings.HasPrefix(token.text, token.signed) || strings.Count(token.signed, ".") != 1 {
		t.Errorf("%s, %s", token.text, token.signed)
	}
}

// A token that is kept costs no allocation.
func TestCacheAllocatesNothing(t *testing.T) {
	key := josetest.New("k", "ES256")
	c, set, text := NewCache(1<<20), setOf(t, key.JWK()), key.Token(joe)
	if n := testing.AllocsPerRun(100, func() {
		if err := through(c, set, text); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzCache looks for a text that a cache with tokens in it accepts, and that is
// none of them.
func FuzzCache(f *testing.F) {
	key := josetest.New("k", "HS256")
	c, kept := NewCache(1<<20), map[string]bool{}
	set, err := ParseSet([]byte(josetest.Set(key)))
	if err != nil {
		f.Fatal(err)
	}
	for i := range 20 {
		text := key.Token(fmt.Sprintf(`{"n":%d}`, i))
		kept[text] = true
		if err := through(c, set, text); err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		f.Add(text[:len(text)-1])
	}
	f.Fuzz(func(t *testing.T, text string) {
		if err := through(c, set, text); (err == nil) != kept[text] {
			t.Errorf("%q: %v", text, err)
		}
	})
}

// BenchmarkCache is a token that comes again.
func BenchmarkCache(b *testing.B) {
	for _, alg := range []string{"HS256", "RS256", "ES512"} {
		key := josetest.New("k", alg)
		c, text := NewCache(1<<20), key.Token(`{"iss":"joe","sub":"s","exp":4102444800}`)
		set, err := ParseSet([]byte(josetest.Set(key)))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(alg, func(b *testing.B) {
			for b.Loop() {
				if err := through(c, set, text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
