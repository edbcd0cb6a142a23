package build

import (
	"context"
	"fmt"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

// findGo checks that there is a toolchain, that it is new enough for a plugin,
// and that the plugin's directory belongs to a module.
func (b *builder) findGo(ctx context.Context) (err error) {
	b.tool, err = gotool.Find(ctx, b.Go, b.Dir, b.Env...)
	if err != nil {
		return err
	}
	if b.tool.Module == "" {
		return fmt.Errorf("%w: %s lies in no Go module; run \"go mod init NAME && go mod tidy\" there", ErrNotMain, b.Dir)
	}
	return nil
}
