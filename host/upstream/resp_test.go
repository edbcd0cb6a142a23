package upstream

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func read(s string, max int) ([]byte, error) {
	return readReply(bufio.NewReaderSize(iotest.OneByteReader(strings.NewReader(s)), 16), max)
}

func TestReadReply(t *testing.T) {
	for _, s := range []string{
		"+OK\r\n", "-ERR no\r\n", ":-12\r\n", "$0\r\n\r\n", "$-1\r\n", "*-1\r\n", "*0\r\n", "$4\r\na\r\nb\r\n",
		"*2\r\n$1\r\na\r\n*1\r\n:1\r\n", "+" + strings.Repeat("x", 5000) + "\r\n", "$70000\r\n" + strings.Repeat("y", 70000) + "\r\n",
		strings.Repeat("*1\r\n", maxDepth) + ":1\r\n",
	} {
		got, err := read(s+"+next\r\n", 1<<20)
		if err != nil || string(got) != s {
			t.Errorf("%.40q: %.40q, %v", s, got, err)
		}
	}
}

func TestReadReplyRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want error
	}{
		"nothing": {"", io.EOF}, "half a line": {"+OK", io.EOF}, "half a string": {"$5\r\nab", io.EOF}, "half an array": {"*2\r\n:1\r\n", io.EOF},
		"unknown type": {"!x\r\n", ErrProtocol}, "empty line": {"\r\n", ErrProtocol}, "no CR": {"+OK\n", ErrProtocol}, "CR inside": {"+O\rK\r\n", ErrProtocol},
		"no number": {"$x\r\n", ErrProtocol}, "plus": {":+1\r\n", ErrProtocol}, "no length": {"$\r\n", ErrProtocol}, "length -2": {"$-2\r\n", ErrProtocol},
		"huge string": {"$536870912\r\n", ErrProtocol}, "huger": {"$99999999999999999999\r\n", ErrProtocol}, "no end": {"$2\r\nabXX", ErrProtocol},
		"huge array": {"*2147483647\r\n", io.EOF}, "deep": {strings.Repeat("*1\r\n", maxDepth+2), ErrProtocol},
		"long line": {"+" + strings.Repeat("x", maxLine+1) + "\r\n", ErrProtocol}, "many": {"*9999999\r\n" + strings.Repeat(":1\r\n", 1<<19), ErrProtocol},
	} {
		if got, err := read(c.in, 200<<10); !errors.Is(err, c.want) {
			t.Errorf("%s: %.40q, %v; want %v", name, got, err, c.want)
		}
	}
}

func TestCommand(t *testing.T) {
	verb, sub, err := command(appendCommand(nil, "client", "Reply", "off"))
	if verb != "CLIENT" || sub != "REPLY" || err != nil {
		t.Errorf("%q %q, %v", verb, sub, err)
	}
	ping := string(appendCommand(nil, "PING"))
	for _, s := range []string{"", "PING\r\n", "*0\r\n", "*-1\r\n", "*1\r\n:1\r\n", "*1\r\n*1\r\n$1\r\na\r\n", ping + ping, ping + "x", ping[:len(ping)-1], "*2\r\n$4\r\nPING\r\n", "*1\r\n$999\r\nx\r\n", "$4\r\nPING\r\n"} {
		if _, _, err := command([]byte(s)); !errors.Is(err, ErrProtocol) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func FuzzReadReply(f *testing.F) {
	for _, s := range []string{"+OK\r\n", "*2\r\n$1\r\na\r\n:1\r\n", "$-1\r\n", "$5\r\nab", "*99999\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		const max = 1 << 16
		got, err := readReply(bufio.NewReaderSize(bytes.NewReader(b), 16), max)
		if err == nil && (len(got) > max || !bytes.HasPrefix(b, got)) {
			t.Errorf("%q gives %q", b, got)
		}
		if _, _, err := command(b); err == nil && !bytes.Equal(got, b) {
			t.Errorf("%q is a command but not one value", b)
		}
	})
}
