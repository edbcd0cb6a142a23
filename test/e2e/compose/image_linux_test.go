package compose

import (
	"archive/tar"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// image is what a container image consists of.
type image struct {
	files   map[string]string // path in the image to path here; links are followed
	changes []string          // instructions of a Dockerfile, such as CMD
}

// library finds the files that a program needs in what ldd prints:
// "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x…)" and the loader alone,
// "/lib64/ld-linux-x86-64.so.2 (0x…)".
var library = regexp.MustCompile(`(?m)(/\S+) \(0x[0-9a-f]+\)$`)

// envoyImage returns the Envoy at path where the official image has it, with
// the shared libraries that it needs and nothing else.
func envoyImage(t *testing.T, path string) image {
	t.Helper()
	out, err := exec.Command("ldd", path).Output()
	if err != nil {
		t.Fatalf("ldd %s: %v", path, err)
	}
	files := map[string]string{"usr/local/bin/envoy": path}
	for _, match := range library.FindAllStringSubmatch(string(out), -1) {
		files[strings.TrimPrefix(match[1], "/")] = match[1]
	}
	if len(files) < 3 {
		t.Fatalf("ldd %s: want a libc and a loader at least, got %s", path, out)
	}
	return image{files: files}
}

// httpbinImage returns the static program at path as the official image has
// it, run by the same user without privileges.
func httpbinImage(t *testing.T, path string) image {
	t.Helper()
	return image{
		files:   map[string]string{"bin/go-httpbin": path},
		changes: []string{`CMD ["/bin/go-httpbin"]`, "USER 65532"},
	}
}

// tar streams the files. The error that ended the stream, or nil, comes on the
// channel once the reader was read to its end or closed.
func (i image) tar() (io.ReadCloser, <-chan error) {
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		archive := tar.NewWriter(w)
		for name, path := range i.files {
			if err := addFile(archive, name, path); err != nil {
				w.CloseWithError(err)
				done <- err
				return
			}
		}
		err := archive.Close()
		w.CloseWithError(err)
		done <- err
	}()
	return r, done
}

// addFile adds the file at path to archive as an executable called name.
func addFile(archive *tar.Writer, name, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o755, Size: info.Size()}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(archive, f)
	return err
}
