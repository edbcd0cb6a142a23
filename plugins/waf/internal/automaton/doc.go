// Package automaton decides whether regular expressions match, without saying
// where. It is for many patterns over many texts of which hardly any matches.
//
// A pattern is looked for in three steps, each for what is left of the one before:
//
//   - Needs are sets of bytes that every match contains one of. They are compared
//     with the bytes of a text, which are counted once for all patterns.
//   - A deterministic automaton reads the text, a table's look-up a character. Its
//     states are made when a text first reaches them, in memory that is bounded.
//   - Package regexp is asked where both say that there may be a match, or where
//     the automaton needs more states than there is room for. That is the caller's.
//
// Expressions and what they match are those of package regexp. It decodes UTF-8 as
// that does: each byte that is not UTF-8 is one U+FFFD.
package automaton
