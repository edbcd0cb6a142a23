package build

import (
	"bytes"
	"reflect"
	"testing"
)

// sameReport compares what the two say of a module, without the sizes
// that Examine leaves out.
func sameReport(t *testing.T, code []byte) {
	t.Helper()
	got, err := Examine(bytes.NewReader(code), int64(len(code)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := Inspect(code)
	if err != nil {
		t.Fatal(err)
	}
	want.Gzip = 0
	for i := range want.Sections {
		want.Sections[i].Gzip = 0
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d bytes:\ngot  %+v\nwant %+v", len(code), got, want)
	}
}

// TestExamine: it says of every module, whole or cut, what Inspect says.
func TestExamine(t *testing.T) {
	code := good.with("env.proxy_log", "env.proxy_redis_init", "wasi_snapshot_preview1.fd_write").encode()
	for cut := range code {
		sameReport(t, code[:cut])
	}
	sameReport(t, code)
	sameReport(t, []byte("package main"))
	if _, err := Examine(bytes.NewReader(nil), maxModule+1); err == nil {
		t.Error("a module beyond all bounds: no error")
	}
}

// FuzzExamine: no bytes at all make the two differ.
func FuzzExamine(f *testing.F) {
	f.Add(good.encode())
	f.Add([]byte("\x00asm"))
	f.Fuzz(func(t *testing.T, code []byte) { sameReport(t, code) })
}
