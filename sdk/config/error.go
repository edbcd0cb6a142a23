package config

import "strconv"

// Error is a configuration that is refused. It shows no secret.
type Error struct {
	// Problems are the first 20 in the order of the text. There is at least one.
	Problems []Problem
	// More is how many there are beyond those.
	More int
}

// Problem is one thing to mend in a configuration.
type Problem struct {
	// Path says where: "rules[3].limit". It is empty for the whole text.
	Path string
	// Message says what is wrong and what is allowed.
	Message string
}

// String is the path, a colon and the message.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Message
	}
	return p.Path + ": " + p.Message
}

// Error is one line: the problems, joined with semicolons.
func (e *Error) Error() string {
	text := ""
	for i, p := range e.Problems {
		if i > 0 {
			text += "; "
		}
		text += p.String()
	}
	if e.More > 0 {
		text += "; and " + strconv.Itoa(e.More) + " more"
	}
	return text
}
