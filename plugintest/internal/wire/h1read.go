package wire

import (
	"bufio"
	"fmt"
	"io"
	"net/http/httputil"
	"strconv"
	"strings"
)

// h1Head reads the first line and the fields of a message.
func h1Head(r *bufio.Reader) (first string, f Fields, err error) {
	size := 0
	if first, err = h1Line(r, &size); err != nil {
		return "", nil, err
	}
	f, err = h1Fields(r, &size)
	return first, f, err
}

// h1Line reads a line without its end; size counts what was read.
func h1Line(r *bufio.Reader, size *int) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if *size += len(part); *size > maxHead {
			return "", fmt.Errorf("%w: the head is longer than %d bytes", ErrMessage, maxHead)
		}
		if err == nil {
			return strings.TrimRight(string(line), "\r\n"), nil
		}
		if err != bufio.ErrBufferFull { //nolint:errorlint // ReadSlice returns it as it is
			return "", err
		}
	}
}

// h1Fields reads fields up to the empty line.
func h1Fields(r *bufio.Reader, size *int) (f Fields, err error) {
	for {
		line, err := h1Line(r, size)
		if err != nil || line == "" {
			return f, err
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return nil, fmt.Errorf("%w: no header field: %.80q", ErrMessage, line)
		}
		f = append(f, [2]string{strings.ToLower(name), strings.Trim(value, " \t")})
	}
}

// requestHead makes a head of a request's first line and fields.
func requestHead(first string, f Fields) (Head, error) {
	method, rest, ok := strings.Cut(first, " ")
	path, version, ok2 := strings.Cut(rest, " ")
	if !ok || !ok2 || !strings.HasPrefix(version, "HTTP/1.") {
		return Head{}, fmt.Errorf("%w: no request: %.80q", ErrMessage, first)
	}
	h := Head{Method: method, Path: path}
	for _, p := range f {
		if p[0] == "host" {
			h.Authority = p[1]
			continue
		}
		h.Fields = append(h.Fields, p)
	}
	return h, nil
}

// responseHead makes a head of a response's first line and fields.
func responseHead(first string, f Fields) (Head, error) {
	version, rest, ok := strings.Cut(first, " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if !ok || err != nil || status < 100 || status > 999 || !strings.HasPrefix(version, "HTTP/1.") {
		return Head{}, fmt.Errorf("%w: no response: %.80q", ErrMessage, first)
	}
	return Head{Status: status, Fields: f}, nil
}

// value returns the last value of a field.
func value(f Fields, name string) (v string, ok bool) {
	for _, p := range f {
		if p[0] == name {
			v, ok = p[1], true
		}
	}
	return v, ok
}

// h1Body passes the body and the trailers of a message on to in. toEnd says that
// without a length the body ends with the connection.
func h1Body(r *bufio.Reader, h Head, in *inbox, toEnd bool) error {
	if coding, ok := value(h.Fields, "transfer-encoding"); ok && strings.EqualFold(coding, "chunked") {
		if err := h1Pieces(httputil.NewChunkedReader(r), in); err != nil {
			return err
		}
		size := 0
		trailers, err := h1Fields(r, &size)
		if err != nil {
			return err
		}
		in.push(Event{Trailers: trailers, End: true})
		return nil
	}
	body := io.Reader(r)
	if text, ok := value(h.Fields, "content-length"); ok {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return fmt.Errorf("%w: content-length %.40q", ErrMessage, text)
		}
		body = &exactly{r: r, left: n}
	} else if !toEnd {
		body = strings.NewReader("")
	}
	if err := h1Pieces(body, in); err != nil {
		return err
	}
	in.push(Event{End: true})
	return nil
}

// h1Pieces passes on what comes, as it comes.
func h1Pieces(r io.Reader, in *inbox) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if n > 0 {
			in.push(Event{Data: append([]byte(nil), buf[:n]...)})
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// exactly reads a body of a known length; less is an error.
type exactly struct {
	r    io.Reader
	left int64
}

// Read implements io.Reader.
func (e *exactly) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
