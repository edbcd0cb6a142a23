package hub

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sluiceproxy/sluice/build/oci"
)

// Variable names the environment variable with the hub that is used where no
// other is named.
const Variable = "SLUICE_HUB"

// ErrNoHub is in the error where no hub was named and none is found.
var ErrNoHub = errors.New("no hub")

// homeModule is the module of the repository whose directory plugins is a hub.
const homeModule = "github.com/sluiceproxy/sluice"

// Default is the hub that is used where none is named: $SLUICE_HUB, or the
// directory plugins of the clone of this repository that holds the current
// directory.
func Default() (string, error) {
	if where := os.Getenv(Variable); where != "" {
		return where, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if found := clone(dir); found != "" {
		return found, nil
	}
	return "", fmt.Errorf("%w: set %s, or give --hub: oci://REGISTRY/PREFIX, a catalogue's file, or a directory of plugins; in a clone of the repository its plugins are used", ErrNoHub, Variable)
}

// clone finds the hub of the clone that a directory is in.
func clone(dir string) string {
	for {
		found := filepath.Join(dir, "plugins")
		if isHome(filepath.Join(dir, "go.mod")) && isDir(found) {
			return found
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// isHome reports whether a go.mod is that of the repository.
func isHome(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) > 1 && words[0] == "module" {
			return strings.Trim(words[1], `"`) == homeModule
		}
	}
	return false
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// scheme begins the name of a hub in a registry.
const scheme = "oci://"

// repository checks the registry and prefix of a hub, and returns the place of
// its catalogue.
func repository(base string) (oci.Place, error) {
	base = strings.TrimPrefix(base, scheme)
	host, prefix, _ := strings.Cut(base, "/")
	if host == "" || prefix == "" || strings.ContainsAny(prefix, "@:") || strings.HasSuffix(prefix, "/") {
		return oci.Place{}, fmt.Errorf("%q: want a registry and a prefix of repositories, without a tag, as in oci://registry.example/team/hub", base)
	}
	return oci.ParsePlace(scheme + base + "/" + Repository + ":latest")
}

// CheckRegistry refuses what is no "oci://REGISTRY/PREFIX".
func CheckRegistry(where string) error {
	if !strings.HasPrefix(where, scheme) {
		return fmt.Errorf("%q: want oci://REGISTRY/PREFIX, as in oci://registry.example/team/hub", where)
	}
	_, err := repository(where)
	return err
}

// Clone is the directory plugins of the clone that holds the current directory.
// The error is one around ErrNoHub.
func Clone() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if found := clone(dir); found != "" {
		return found, nil
	}
	return "", fmt.Errorf("%w: this is no clone of the repository; give --dir, a directory of plugins", ErrNoHub)
}
