package wrapper

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
)

// Errors of commands that can't be sent together with others.
var (
	errNoCommand = errors.New("redis: a query must be exactly one command, a RESP list of bulk strings")
	errAlone     = errors.New("redis: this command changes what the connection is or does, and here each command may go over another one: " +
		"use Init's username, password and WithDataBase, and a Lua script in place of a transaction")
)

// alone are commands after which the answers of others no longer belong to
// them, or that only mean something to what follows on the same connection.
var alone = [...]string{
	"ASKING", "AUTH", "DISCARD", "EXEC", "HELLO", "MONITOR", "MULTI", "PSUBSCRIBE", "PSYNC", "PUNSUBSCRIBE",
	"QUIT", "READONLY", "READWRITE", "RESET", "SELECT", "SSUBSCRIBE", "SUBSCRIBE", "SUNSUBSCRIBE", "SYNC",
	"UNSUBSCRIBE", "UNWATCH", "WATCH",
}

// checkCommand refuses what would put other commands of the same call in the
// wrong: a query that is not one command, and a command that concerns the
// connection.
func checkCommand(query []byte) error {
	n, b, ok := respLength(query, '*')
	if !ok || n < 1 {
		return errNoCommand
	}
	var words [2][]byte
	for i := range n {
		var size int
		if size, b, ok = respLength(b, '$'); !ok || size < 0 || size > len(b)-2 || b[size] != '\r' || b[size+1] != '\n' {
			return errNoCommand
		}
		if i < len(words) {
			words[i] = b[:size]
		}
		b = b[size+2:]
	}
	if len(b) > 0 {
		return errNoCommand
	}
	name := string(bytes.ToUpper(words[0]))
	if _, found := slices.BinarySearch(alone[:], name); found {
		return errAlone
	}
	if name == "CLIENT" && bytes.EqualFold(words[1], []byte("REPLY")) {
		return errAlone
	}
	return nil
}

// respLength reads the line that begins a list or bulk string.
func respLength(b []byte, typ byte) (n int, rest []byte, ok bool) {
	if len(b) == 0 || b[0] != typ {
		return 0, nil, false
	}
	end := bytes.Index(b, []byte("\r\n"))
	if end < 0 {
		return 0, nil, false
	}
	n, err := strconv.Atoi(string(b[1:end]))
	return n, b[end+2:], err == nil
}
