package jsoncheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"time"
)

func TestUniqueKeys(t *testing.T) {
	for text, ok := range map[string]bool{
		`{}`: true, `{"a":1}`: true, `{"a":1,"b":1}`: true, `{"a":1,"A":1}`: true, `{"":1}`: true,
		`{"a":{"a":{"a":1}}}`: true, `[{"a":1},{"a":1}]`: true, `{"a":[{"b":1}],"b":[{"b":1}]}`: true,
		`{"a":{},"b":{"a":[]},"c":["a","a"]}`: true, `{"\u0061":1,"\\u0061":2}`: true, `{"é":1,"e\u0301":1}`: true,
		`{"a":1,"a":1}`: false, `{"a":1,"b":2,"a":3}`: false, `{"":1,"":1}`: false,
		`{"b":{"a":1,"a":1}}`: false, `{"a":{"b":1},"a":1}`: false, `[1,{"x":[{}],"x":1}]`: false,
		`{"a":1,"\u0061":1}`: false, `{"\n":1,"\u000a":1}`: false, `{"\/":1,"/":1}`: false, `{"\"":1,"\u0022":1}`: false,
		`{"😀":1,"\ud83d\ude00":1}`: false, `{"x\b\f\r\t\\":1,"x\u0008\u000c\u000d\u0009\u005c":1}`: false,
	} {
		err := Check([]byte(text), Limits{UniqueKeys: true})
		if (err == nil) != ok || err != nil && !errors.Is(err, ErrDuplicate) {
			t.Errorf("%s: %v", text, err)
		}
		if err := Check([]byte(text), Limits{}); err != nil {
			t.Errorf("%s, without the option: %v", text, err)
		}
	}
}

func TestDuplicateIsPlaced(t *testing.T) {
	err := Check([]byte("{\"a\":1,\n \"a\":2}"), Limits{UniqueKeys: true})
	if err == nil || err.Error() != "line 2, column 2: an object has the same key twice" {
		t.Error(err)
	}
}

// Hashing keeps the time in proportion to the length, also where a large object
// is followed by many small ones.
func TestUniqueKeysInTime(t *testing.T) {
	build := func(n int) []byte {
		var b bytes.Buffer
		b.WriteString(`[{`)
		for i := range n {
			b.WriteString(`"` + strconv.Itoa(i) + `":1,`)
		}
		b.WriteString(`"":1}`)
		b.Write(bytes.Repeat([]byte(`,{"a":1}`), n))
		return append(b.Bytes(), ']')
	}
	check := func(n int) time.Duration {
		text, start := build(n), time.Now()
		if err := Check(text, Limits{UniqueKeys: true}); err != nil {
			t.Fatal(err)
		}
		return time.Since(start)
	}
	// A machine may be slow; what grows with the square takes 64 times as long.
	if small, large := check(12_500), check(100_000); large > time.Second && large > 24*small {
		t.Errorf("%v for 100,000 keys, %v for an eighth", large, small)
	}
}

// The option agrees with the standard library about what keys are: of an object
// without duplicates, a map keeps every member.
func FuzzUniqueKeys(f *testing.F) {
	for _, seed := range []string{`{"a":1,"a":2}`, `{"a":1,"\u0061":2}`, `{"\ud83d\ude00":1,"😀":1}`, `{"a":{"b":1},"c":[{}]}`, `{"\\":1,"\"":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		unique := Check(text, Limits{Depth: 1, UniqueKeys: true})
		if plain := Check(text, Limits{Depth: 1}); plain != nil || len(text) == 0 || bytes.TrimLeft(text, " \t\r\n")[0] != '{' {
			return
		}
		if unique != nil && !errors.Is(unique, ErrDuplicate) {
			t.Fatalf("%q: %v", text, unique)
		}
		var m map[string]any
		if err := json.Unmarshal(text, &m); err != nil {
			return // a number that is too large
		}
		members, dec := 0, json.NewDecoder(bytes.NewReader(text))
		for dec.More() {
			if _, err := dec.Token(); err != nil {
				break
			}
			members++
		}
		members = (members - 1) / 2 // without the brackets
		if (unique == nil) != (len(m) == members) {
			t.Errorf("%q: %v; %d keys in %d members", text, unique, len(m), members)
		}
	})
}
