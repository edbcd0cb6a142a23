package run

import "strings"

// stackMark is what the SDK writes between a panic and its stack. The stack
// follows in the same line, with its line breaks escaped.
const stackMark = "; stack: "

// splitStack cuts a text before the stack of a panic and gives the stack line
// by line; ok is false for a text without one. What an engine says after the
// stack is dropped: the panic is the reason.
func splitStack(text string) (before string, stack []string, ok bool) {
	before, rest, ok := strings.Cut(text, stackMark)
	if !ok {
		return text, nil, false
	}
	rest, _, _ = strings.Cut(rest, `\n; `)
	return before, strings.Split(strings.TrimSuffix(rest, `\n`), `\n`), true
}

// expandStack gives each line of a panic's stack a line of its own.
func expandStack(text string) string {
	before, stack, ok := splitStack(text)
	if !ok {
		return text
	}
	return before + stackMark + strings.Join(stack, "\n\t")
}

// cutStack leaves the stack of a panic out.
func cutStack(text string) string {
	before, _, _ := splitStack(text)
	return before
}

// reworded is an error with another text.
type reworded struct {
	error
	text string
}

func (e *reworded) Error() string { return e.text }
func (e *reworded) Unwrap() error { return e.error }

// reword changes the text of an error, if there is one.
func reword(err error, change func(string) string) error {
	if err == nil {
		return nil
	}
	return &reworded{err, change(err.Error())}
}
