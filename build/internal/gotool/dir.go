package gotool

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// CheckDir refuses what can't be a plugin's directory: every command says the
// same about one that isn't there, a file, and a pattern of packages.
func CheckDir(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err != nil && strings.HasSuffix(filepath.ToSlash(dir), "..."):
		return fmt.Errorf("plugin directory: %s is a pattern; give the directory of one plugin", dir)
	case err != nil:
		return fmt.Errorf("plugin directory: %w", err)
	case !info.IsDir():
		return fmt.Errorf("plugin directory: %s is a file; give the directory that it lies in", dir)
	default:
		return nil
	}
}
