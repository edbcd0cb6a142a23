package host

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// compileIn compiles a module with a cache.
func compileIn(dir string) (*Runtime, error) {
	r, err := NewRuntime(context.Background(), RuntimeOptions{CacheDir: dir})
	if err != nil {
		return nil, err
	}
	_, err = r.Compile(context.Background(), "x", plain("0_2_1").Bytes())
	return r, err
}

func TestCacheEnv(t *testing.T) {
	home, named := t.TempDir(), t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	for env, want := range map[string][2]int{"off": {0, 0}, named: {0, 1}, "": {1, 1}} {
		t.Setenv(CacheEnv, env)
		if env == "" {
			_ = os.RemoveAll(named)
			want[1] = 0
		}
		r, err := compileIn("")
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Close(context.Background())
		atHome := cached(filepath.Join(home, "sluice", "wazero", engineVersion()))
		if len(atHome) < want[0] || env != "" && len(atHome) > 1 || len(cached(named)) < want[1] {
			t.Errorf("%s=%q: %d files at home, %d in the named one", CacheEnv, env, len(atHome), len(cached(named)))
		}
	}
}

// TestCacheGone: a cache that can't be written, or read, any more is no reason
// not to load.
func TestCacheGone(t *testing.T) {
	dir := t.TempDir()
	r, err := NewRuntime(context.Background(), RuntimeOptions{CacheDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(context.Background())
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Compile(context.Background(), "x", plain("0_2_1").Bytes()); err != nil {
		t.Errorf("gone: %v", err)
	}

	dir = t.TempDir()
	first, err := compileIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	_ = first.Close(context.Background())
	file := cached(dir)[0]
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(file, 0o700); err != nil { // can be opened, but not read
		t.Fatal(err)
	}
	again, err := compileIn(dir)
	if err != nil {
		t.Errorf("not readable: %v", err)
	}
	_ = again.Close(context.Background())
}

// TestCacheShared: several runtimes at once, as in several processes.
func TestCacheShared(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r, err := compileIn(dir)
			if err != nil {
				t.Error(err)
				return
			}
			_ = r.Close(context.Background())
		}()
	}
	wg.Wait()
	if files := cached(dir); len(files) != 1 {
		t.Errorf("%d files, want 1: %q", len(files), files)
	}
}

func TestCacheTidy(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	sub := filepath.Join(dir, "wazero-x")
	if err := os.Mkdir(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]struct {
		age  time.Duration
		size int64
	}{
		"new": {0, cacheBytes / 2}, "middle": {time.Hour, cacheBytes / 2}, "too much": {2 * time.Hour, 1},
		"young.tmp": {time.Minute, 1}, "dead.tmp": {2 * time.Hour, 1},
	} {
		path := filepath.Join(sub, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, f.size); err != nil { // takes no space
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-f.age), now.Add(-f.age)); err != nil {
			t.Fatal(err)
		}
	}
	left := func() string {
		var names []string
		for _, f := range cached(dir) {
			names = append(names, filepath.Base(f))
		}
		return fmt.Sprint(names)
	}
	if tidy(dir, now); left() != "[middle new young.tmp]" {
		t.Errorf("left: %s", left())
	}
	if tidy(dir, now.Add(cacheAge)); left() != "[new]" {
		t.Errorf("a month later: %s", left())
	}
}
