package apply

import (
	"strings"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

const scheme = "oci://"

// ociURL is an image's name as a URL: a resource with a bare host is dropped by
// istiod without a word.
func ociURL(image string) string {
	if strings.Contains(image, "://") {
		return image
	}
	return scheme + image
}

// asked is the image as it was asked for. A file that was written pinned has the
// digest in the address, and the tag in the annotation.
func asked(w *wasmplugin.Plugin) string {
	image := strings.TrimPrefix(w.URL, scheme)
	name, _, pinned := strings.Cut(image, "@")
	if noted := w.Annotations[kube.ImageAnnotation]; pinned && (noted == name || strings.HasPrefix(noted, name+":")) {
		return noted
	}
	return image
}
