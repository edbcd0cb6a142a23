package remote

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Cluster is the cluster that a reference names. There is none of that name: an
// Envoy without an agent refuses the reference, and never fetches it.
const Cluster = "sluice-agent"

// ErrReference is in the error about a reference that says nothing clear.
var ErrReference = errors.New("invalid reference to a module")

// timeout is in every reference, because Envoy's API demands one.
const timeout = 30 * time.Second

// Reference names a module for an agent.
type Reference struct {
	// URL is where the module is: oci:// with a digest, http:// or https://. The
	// digest is the one that the control plane has verified, of the image's index or
	// manifest: signatures are of that. A tag is refused, because it could be
	// another module for each agent.
	URL string
	// SHA256 is that of the module in hexadecimal. It is required.
	SHA256 string
}

// Encode makes the code of a VM's configuration. The error is around ErrReference.
func (r Reference) Encode() (*corev3.AsyncDataSource, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return &corev3.AsyncDataSource{Specifier: &corev3.AsyncDataSource_Remote{Remote: &corev3.RemoteDataSource{
		HttpUri: &corev3.HttpUri{
			Uri:              r.URL,
			HttpUpstreamType: &corev3.HttpUri_Cluster{Cluster: Cluster},
			Timeout:          durationpb.New(timeout),
		},
		Sha256: r.SHA256,
	}}}, nil
}

// Decode reads the code of a VM's configuration. It reports false for code that is
// no reference for an agent. The error is around ErrReference.
func Decode(code *corev3.AsyncDataSource) (Reference, bool, error) {
	from := code.GetRemote()
	if from.GetHttpUri().GetCluster() != Cluster {
		return Reference{}, false, nil
	}
	r := Reference{URL: from.GetHttpUri().GetUri(), SHA256: from.GetSha256()}
	return r, true, r.check()
}

func (r Reference) check() error {
	if sum, err := hex.DecodeString(r.SHA256); err != nil || len(sum) != 32 || strings.ToLower(r.SHA256) != r.SHA256 {
		return fmt.Errorf("%w: sha256 is %.80q, want that of the module, 64 hexadecimal digits in lower case", ErrReference, r.SHA256)
	}
	scheme, rest, _ := strings.Cut(r.URL, "://")
	switch scheme {
	case "http", "https":
		if u, err := url.Parse(r.URL); err != nil || u.Host == "" {
			return fmt.Errorf("%w: the URL has no host or can't be read", ErrReference)
		}
	case "oci":
		if !strings.Contains(rest, "@sha256:") {
			return fmt.Errorf("%w: %.200q has no digest", ErrReference, r.URL)
		}
	default:
		return fmt.Errorf("%w: want oci://, http:// or https://, not %.200q", ErrReference, scheme+"://…")
	}
	return nil
}

// Inline is code that comes with the configuration itself, for modules that the
// agent couldn't reach.
func Inline(module []byte) *corev3.AsyncDataSource {
	return &corev3.AsyncDataSource{Specifier: &corev3.AsyncDataSource_Local{Local: &corev3.DataSource{
		Specifier: &corev3.DataSource_InlineBytes{InlineBytes: module},
	}}}
}

// Local is code in a file of Envoy's machine: what an agent makes of a reference.
func Local(file string) *corev3.AsyncDataSource {
	return &corev3.AsyncDataSource{Specifier: &corev3.AsyncDataSource_Local{Local: &corev3.DataSource{
		Specifier: &corev3.DataSource_Filename{Filename: file},
	}}}
}
