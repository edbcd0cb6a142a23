package record

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxParts bounds the parts of a Redis command.
const maxParts = 1 << 20

// redis masks the passwords in Redis commands. Of what is no sequence of whole
// commands nothing is kept from there on: nobody can say what is in it.
func (m Masks) redis(query []byte) []byte {
	var out []byte
	for len(query) > 0 {
		command, rest, ok := redisCommand(query)
		if !ok {
			break
		}
		out, query = append(out, maskCommand(command, query[:len(query)-len(rest)])...), rest
	}
	return out
}

// redisCommand reads the first command of a sequence.
func redisCommand(b []byte) (parts []string, rest []byte, ok bool) {
	n, rest, ok := respNumber(b, '*')
	if !ok || n < 1 || n > maxParts {
		return nil, nil, false
	}
	for range n {
		size, after, ok := respNumber(rest, '$')
		if !ok || size < 0 || size+2 > len(after) || string(after[size:size+2]) != "\r\n" {
			return nil, nil, false
		}
		parts, rest = append(parts, string(after[:size])), after[size+2:]
	}
	return parts, rest, true
}

// respNumber reads a line such as "*3".
func respNumber(b []byte, kind byte) (n int, rest []byte, ok bool) {
	end := bytes.Index(b[:min(len(b), 32)], []byte("\r\n"))
	if end < 1 || b[0] != kind {
		return 0, nil, false
	}
	n, err := strconv.Atoi(string(b[1:end]))
	return n, b[end+2:], err == nil
}

// maxDepth bounds answers within answers.
const maxDepth = 32

// skipReply is what follows the first answer.
func skipReply(b []byte, depth int) (rest []byte, ok bool) {
	end := bytes.Index(b, []byte("\r\n"))
	if end < 1 || depth > maxDepth {
		return nil, false
	}
	rest = b[end+2:]
	switch b[0] {
	case '$', '=', '!', '*', '~', '>', '%':
	default:
		return rest, true
	}
	n, err := strconv.Atoi(string(b[1:end]))
	switch {
	case err != nil || n > len(rest):
		return nil, false
	case n < 0: // null
		return rest, true
	case b[0] == '$' || b[0] == '=' || b[0] == '!':
		if n+2 > len(rest) {
			return nil, false
		}
		return rest[n+2:], true
	case b[0] == '%':
		n *= 2
	}
	for range n {
		if rest, ok = skipReply(rest, depth+1); !ok {
			return nil, false
		}
	}
	return rest, true
}

// maskCommand is a command without passwords: as it was, where it has none.
func maskCommand(parts []string, as []byte) []byte {
	first := len(parts) // what is masked begins here
	switch name := strings.ToUpper(parts[0]); {
	case name == "AUTH":
		first = 1
	case name == "HELLO":
		if at := slices.IndexFunc(parts, func(p string) bool { return strings.EqualFold(p, "AUTH") }); at > 0 {
			first = at + 1
		}
	case name == "ACL" && len(parts) > 1 && strings.EqualFold(parts[1], "SETUSER"):
		first = min(3, len(parts))
	case name == "CONFIG" && len(parts) > 1 && strings.EqualFold(parts[1], "SET"):
		first = min(3, len(parts))
	}
	if first == len(parts) {
		return as
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "*%d\r\n", len(parts))
	for i, p := range parts {
		if i >= first {
			p = Mask
		}
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(p), p)
	}
	return b.Bytes()
}
