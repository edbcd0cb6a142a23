package prepare

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/build/oci/confschema"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/deliver/internal/cleanurl"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// fetched is a module that was got from somewhere.
type fetched struct {
	code                    []byte
	image, digest, manifest string
	schema                  confschema.Schema
	verified                *policy.Verified
	fromStore               bool
	warnings                []string
}

// fetch gets the module of a resource.
func (p *Preparer) fetch(ctx context.Context, w *wasmplugin.Plugin) (*fetched, error) {
	ctx, cancel := context.WithTimeout(ctx, p.o.Timeout)
	defer cancel()
	scheme, _, _ := strings.Cut(w.URL, "://")
	switch scheme {
	case "oci":
		return p.fromImage(ctx, w)
	case "file":
		return p.fromFile(w)
	case "http", "https":
		return p.fromWeb(ctx, w)
	default:
		err := fmt.Errorf("%w: %.200q; want oci://, file://, http:// or https://", ErrUnsupported, cleanurl.Of(w.URL))
		return nil, failed(w, Resolve, "resource", err)
	}
}

// judge compares the checksum of a module that is not from an image, and refuses
// what the options want to be signed.
func (p *Preparer) judge(w *wasmplugin.Plugin, code []byte) (*fetched, error) {
	if p.o.SignedOnly {
		err := fmt.Errorf("%w: %s is no image, and images alone have signatures", ErrUnverifiable, cleanurl.Of(w.URL))
		return nil, failed(w, Verify, "policy", err)
	}
	sum := sha256Of(code)
	if w.SHA256 != "" && sum != w.SHA256 {
		err := fmt.Errorf("%w: it is %s, and the resource says %s", ErrChecksum, sum, w.SHA256)
		return nil, failed(w, Verify, "resource", err)
	}
	f := &fetched{code: code}
	if w.SHA256 == "" {
		f.warnings = append(f.warnings, "the resource has no sha256: whatever "+cleanurl.Of(w.URL)+" gives is used; this time it is "+sum)
	}
	return f, nil
}

func sha256Of(code []byte) string {
	sum := sha256.Sum256(code)
	return hex.EncodeToString(sum[:])
}
