package apply

import "strings"

// ociURL is an image's name as a URL: a resource with a bare host is dropped by
// istiod without a word.
func ociURL(image string) string {
	if strings.Contains(image, "://") {
		return image
	}
	return "oci://" + image
}
