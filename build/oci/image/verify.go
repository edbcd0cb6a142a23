package image

import (
	"errors"
	"fmt"
	"io"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// ErrMismatch is in the error about content that is not what its descriptor
// says.
var ErrMismatch = errors.New("content differs from its descriptor")

// MismatchError says what was expected and what came.
type MismatchError struct {
	// Want is the descriptor's digest and WantSize its size in bytes.
	Want     digest.Digest
	WantSize int64
	// Got is the digest of what came, empty if that was too short or too long.
	Got digest.Digest
	// GotSize counts what came; WantSize+1 stands for any number beyond.
	GotSize int64
}

// Error names both.
func (e *MismatchError) Error() string {
	switch {
	case e.GotSize < e.WantSize:
		return fmt.Sprintf("%s: got %d bytes, want %d: the content is cut short", e.Want, e.GotSize, e.WantSize)
	case e.GotSize > e.WantSize:
		return fmt.Sprintf("%s: got more than the %d bytes that its descriptor names", e.Want, e.WantSize)
	default:
		return fmt.Sprintf("%s: got content with the digest %s", e.Want, e.Got)
	}
}

// Unwrap makes errors.Is(err, ErrMismatch) true.
func (e *MismatchError) Unwrap() error { return ErrMismatch }

// Verify reads content and gives its last bytes out only when size and digest
// are those of the descriptor. Closing it closes rc.
func Verify(rc io.ReadCloser, d ocispec.Descriptor) (io.ReadCloser, error) {
	if err := checkDescriptor(d); err != nil {
		return nil, errors.Join(err, rc.Close())
	}
	return &verified{ReadCloser: rc, want: d, digester: d.Digest.Algorithm().Digester()}, nil
}

// verified is the reader of Verify.
type verified struct {
	io.ReadCloser
	want     ocispec.Descriptor
	digester digest.Digester
	read     int64
	err      error
}

func (v *verified) Read(p []byte) (int, error) {
	if v.err != nil || len(p) == 0 {
		return 0, v.err
	}
	if v.read == v.want.Size {
		v.err = v.finish() // empty content
		return 0, v.err
	}
	p = p[:min(int64(len(p)), v.want.Size-v.read)]
	n, err := v.ReadCloser.Read(p)
	v.read += int64(n)
	v.digester.Hash().Write(p[:n])
	switch {
	case v.read == v.want.Size:
		if v.err = v.finish(); v.err != io.EOF { //nolint:errorlint // finish returns it bare
			return 0, v.err
		}
	case err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF):
		v.err = &MismatchError{Want: v.want.Digest, WantSize: v.want.Size, GotSize: v.read}
	case err != nil:
		v.err = err
	}
	if v.err == io.EOF { //nolint:errorlint // as above
		return n, nil // the next Read tells
	}
	return n, v.err
}

// finish judges complete content: io.EOF if it is as described.
func (v *verified) finish() error {
	var more [1]byte
	if n, _ := io.ReadFull(v.ReadCloser, more[:]); n > 0 {
		return &MismatchError{Want: v.want.Digest, WantSize: v.want.Size, GotSize: v.want.Size + 1}
	}
	if got := v.digester.Digest(); got != v.want.Digest {
		return &MismatchError{Want: v.want.Digest, WantSize: v.want.Size, Got: got, GotSize: v.read}
	}
	return io.EOF
}
