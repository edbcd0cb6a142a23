package upstream

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// The limits of the RESP reader, besides the size of a whole reply.
const (
	maxDepth = 32       // arrays in arrays
	maxLine  = 64 << 10 // a line, such as an error
)

// ErrProtocol says that what came is not RESP, or is over the limits.
var ErrProtocol = errors.New("not a valid RESP value")

// readReply reads one RESP2 value and returns it as it came over the wire. It
// keeps at most max bytes.
func readReply(r *bufio.Reader, max int) ([]byte, error) {
	v := &replyReader{r: r, max: max}
	if err := v.value(0); err != nil {
		return nil, err
	}
	return v.out, nil
}

type replyReader struct {
	r   *bufio.Reader
	out []byte
	max int
}

// value reads one value of any type.
func (v *replyReader) value(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%w: arrays are nested deeper than %d", ErrProtocol, maxDepth)
	}
	line, err := v.line()
	if err != nil {
		return err
	}
	switch line[0] {
	case '+', '-':
		return nil
	case ':':
		_, err := number(line[1:])
		return err
	case '$':
		return v.bulk(line)
	case '*':
		n, err := length(line)
		for ; err == nil && n > 0; n-- {
			err = v.value(depth + 1)
		}
		return err
	}
	return fmt.Errorf("%w: unknown type %q", ErrProtocol, line[0])
}

// line reads a line with its end, keeps it, and returns it without its end.
func (v *replyReader) line() ([]byte, error) {
	start := len(v.out)
	for {
		part, err := v.r.ReadSlice('\n')
		if len(v.out)-start+len(part) > maxLine || len(v.out)+len(part) > v.max {
			return nil, fmt.Errorf("%w: a line or reply is too long", ErrProtocol)
		}
		v.out = append(v.out, part...)
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
	}
	line := v.out[start:]
	if len(line) < 3 || line[len(line)-2] != '\r' || bytes.IndexByte(line[:len(line)-2], '\r') >= 0 {
		return nil, fmt.Errorf("%w: a line has no type or no CRLF", ErrProtocol)
	}
	return line[:len(line)-2], nil
}

// bulk reads the bytes that a "$n" line announces.
func (v *replyReader) bulk(line []byte) error {
	n, err := length(line)
	if err != nil || n < 0 {
		return err
	}
	if n > v.max-len(v.out)-2 {
		return fmt.Errorf("%w: a string of %d bytes is over the limit of %d", ErrProtocol, n, v.max)
	}
	// Memory grows with what arrives, not with what is announced.
	for left := n + 2; left > 0; {
		chunk := min(left, 64<<10)
		at := len(v.out)
		v.out = append(v.out, make([]byte, chunk)...)
		if err := readFull(v.r, v.out[at:]); err != nil {
			return err
		}
		left -= chunk
	}
	if !bytes.HasSuffix(v.out, []byte("\r\n")) {
		return fmt.Errorf("%w: a string of %d bytes has no end", ErrProtocol, n)
	}
	return nil
}

func readFull(r *bufio.Reader, b []byte) error {
	for len(b) > 0 {
		n, err := r.Read(b)
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// length reads the number of "$n" and "*n": -1 (null) or more.
func length(line []byte) (int, error) {
	n, err := number(line[1:])
	if err == nil && (n < -1 || n > 1<<31-1) {
		err = fmt.Errorf("%w: length %d", ErrProtocol, n)
	}
	return int(n), err
}

func number(b []byte) (int64, error) {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || len(b) > 0 && b[0] == '+' {
		return 0, fmt.Errorf("%w: number %.40q", ErrProtocol, b)
	}
	return n, nil
}

// command checks that b is exactly one command (an array of strings) and returns
// its first two words.
func command(b []byte) (verb, sub string, err error) {
	r := bufio.NewReaderSize(bytes.NewReader(b), 512)
	v := &replyReader{r: r, max: len(b)}
	line, err := v.line()
	if err != nil || line[0] != '*' {
		return "", "", fmt.Errorf("%w: a command must be an array of strings", ErrProtocol)
	}
	n, err := length(line)
	if err != nil || n < 1 {
		return "", "", fmt.Errorf("%w: a command must have at least one word", ErrProtocol)
	}
	for i := range n {
		at := len(v.out)
		if next, err := r.Peek(1); err != nil || next[0] != '$' {
			return "", "", fmt.Errorf("%w: word %d of the command is not a string", ErrProtocol, i)
		}
		if err := v.value(maxDepth); err != nil {
			return "", "", fmt.Errorf("%w: word %d of the command is damaged", ErrProtocol, i)
		}
		switch i {
		case 0:
			verb = word(v.out[at:])
		case 1:
			sub = word(v.out[at:])
		}
	}
	if len(v.out) != len(b) {
		return "", "", fmt.Errorf("%w: more than one command", ErrProtocol)
	}
	return verb, sub, nil
}

// word returns the content of "$n\r\n…\r\n" in upper case.
func word(bulk []byte) string {
	_, rest, _ := bytes.Cut(bulk, []byte("\r\n"))
	return string(bytes.ToUpper(bytes.TrimSuffix(rest, []byte("\r\n"))))
}

// appendCommand appends a command in RESP.
func appendCommand(b []byte, words ...string) []byte {
	b = append(strconv.AppendInt(append(b, '*'), int64(len(words)), 10), "\r\n"...)
	for _, w := range words {
		b = append(strconv.AppendInt(append(b, '$'), int64(len(w)), 10), "\r\n"...)
		b = append(append(b, w...), "\r\n"...)
	}
	return b
}
