package jsoncheck

import (
	"bytes"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// keys are those that were met so far. Nothing is taken out of seen: emptying a
// large map again and again would take more time than its text is long.
type keys struct {
	open   []int // numbers of the lists and objects that are not closed yet
	number int   // of the last
	seen   map[member]struct{}
}

// member is a key of one object.
type member struct {
	object int
	key    string
}

func (k *keys) begin() {
	k.number++
	k.open = append(k.open, k.number)
}

func (k *keys) end() { k.open = k.open[:len(k.open)-1] }

// add notes a key of the innermost object, as it stands between its quotes, and
// says whether it is new there.
func (k *keys) add(raw []byte) bool {
	if bytes.IndexByte(raw, '\\') >= 0 {
		raw = jsonscan.Unescape(make([]byte, 0, len(raw)), raw)
	}
	m := member{k.open[len(k.open)-1], string(raw)}
	if _, found := k.seen[m]; found {
		return false
	}
	if k.seen == nil {
		k.seen = map[member]struct{}{}
	}
	k.seen[m] = struct{}{}
	return true
}
