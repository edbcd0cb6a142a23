package automaton

import "regexp/syntax"

// kind is what assertions such as \b and $ know of the rune beside them.
type kind uint8

const (
	other kind = iota
	word
	newline
	none // the beginning or the end of the text
	allKinds
)

// rune returns one of a kind, -1 for none, as syntax.EmptyOpContext takes it.
func (k kind) rune() rune { return [allKinds]rune{' ', 'a', '\n', -1}[k] }

// kinds are those that a program tells apart.
type kinds struct{ word, newline bool }

// see takes note of an assertion.
func (k *kinds) see(what syntax.EmptyOp) {
	k.word = k.word || what&(syntax.EmptyWordBoundary|syntax.EmptyNoWordBoundary) != 0
	k.newline = k.newline || what&(syntax.EmptyBeginLine|syntax.EmptyEndLine) != 0
}

// of returns the kind of a rune.
func (k *kinds) of(r rune) kind {
	switch {
	case k.newline && r == '\n':
		return newline
	case k.word && syntax.IsWordChar(r):
		return word
	}
	return other
}
