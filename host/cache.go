package host

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
)

// CacheEnv is the environment variable that says where compiled modules are kept
// if RuntimeOptions.CacheDir does not: a directory, or "off" for nowhere.
const CacheEnv = "SLUICE_COMPILE_CACHE"

// What stays in the cache that nobody has asked for by name.
const (
	cacheBytes = 512 << 20
	cacheAge   = 30 * 24 * time.Hour
	// tempAge is how old a file of a process that has died is at least.
	tempAge = time.Hour
)

// openCache returns the compilation cache in dir and where it is, or nil for
// none. Several processes may use it: its files appear whole, under the hash of
// the module, the engine's version and the features of the CPU.
func openCache(dir string) (wazero.CompilationCache, string, error) {
	optional := dir == ""
	if optional {
		dir = defaultCacheDir()
	}
	if dir == "" || dir == "-" {
		return nil, "", nil
	}
	c, err := wazero.NewCompilationCacheWithDir(dir)
	if err == nil {
		err = writable(dir)
	}
	switch {
	case err == nil:
		if optional {
			tidy(dir, time.Now())
		}
		return c, dir, nil
	case optional:
		return nil, "", nil // a read-only home: compile each time
	}
	return nil, "", fmt.Errorf("compilation cache %s can't be used: %w", dir, err)
}

// defaultCacheDir is the user's, unless the environment names another; "" for
// none. Where the version of the engine can't be told, as with a vendor
// directory, code of another version could be taken for its own.
func defaultCacheDir() string {
	switch dir := os.Getenv(CacheEnv); dir {
	case "":
	case "off", "-":
		return ""
	default:
		return dir
	}
	base, err := os.UserCacheDir()
	version := engineVersion()
	if err != nil || version == "" {
		return ""
	}
	return filepath.Join(base, "sluice", "wazero", version)
}

// engineVersion is the version of wazero in this program, "" if it can't be told.
// Build information has it too, but not in test programs; the name of a source
// file from the module cache always does.
func engineVersion() string {
	f := runtime.FuncForPC(reflect.ValueOf(wazero.NewRuntime).Pointer())
	if f == nil {
		return ""
	}
	file, _ := f.FileLine(f.Entry())
	_, rest, _ := strings.Cut(file, "/tetratelabs/wazero@")
	version, _, ok := strings.Cut(rest, "/")
	if !ok {
		return ""
	}
	return version
}

// writable reports why nothing can be written in dir.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, "writable-*.tmp")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// cached are the files of a cache.
func cached(dir string) []string {
	files, _ := filepath.Glob(filepath.Join(dir, "wazero-*", "*"))
	return files
}

// tidy removes what is old, and all but the newest cacheBytes: each edit of a
// plugin leaves a file of some megabytes behind.
func tidy(dir string, now time.Time) {
	type file struct {
		name string
		time time.Time
		size int64
	}
	var files []file
	for _, name := range cached(dir) {
		info, err := os.Stat(name)
		if err != nil {
			continue
		}
		age := now.Sub(info.ModTime())
		if strings.HasSuffix(name, ".tmp") {
			if age > tempAge {
				_ = os.Remove(name)
			}
			continue
		}
		files = append(files, file{name, info.ModTime(), info.Size()})
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Compare(b.time.UnixNano(), a.time.UnixNano()) })
	var total int64
	for _, f := range files {
		if total += f.size; total > cacheBytes || now.Sub(f.time) > cacheAge {
			_ = os.Remove(f.name)
		}
	}
}

// isCacheError reports that a compilation failed because of the cache: a damaged
// file, one that can't be read, a disk that is full.
func isCacheError(err error) bool {
	var path *fs.PathError
	var link *os.LinkError
	return strings.HasPrefix(err.Error(), "compilationcache:") || errors.As(err, &path) || errors.As(err, &link)
}
