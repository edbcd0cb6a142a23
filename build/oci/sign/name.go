package sign

import "strings"

// layoutPrefix begins the name of an image in a layout, which is a path.
const layoutPrefix = "oci:"

// CanonicalName writes the name of a repository so that all names of the same
// one are equal: the case of letters does not count, nor a dot at the end of the
// host or the port that is the default, and docker.io is index.docker.io. A name
// that begins with "oci:" is the path of a layout, and stays as it is.
func CanonicalName(name string) string {
	if strings.HasPrefix(name, layoutPrefix) {
		return name
	}
	host, rest, found := strings.Cut(strings.ToLower(name), "/")
	for _, port := range []string{":443", ":80"} {
		host = strings.TrimSuffix(host, port)
	}
	host = strings.TrimSuffix(host, ".")
	if !found {
		return host
	}
	return hub(host + "/" + rest)
}

// hub writes Docker Hub's name as cosign does.
func hub(name string) string {
	for _, other := range []string{"docker.io/", "registry-1.docker.io/"} {
		if rest, ok := strings.CutPrefix(name, other); ok {
			return "index.docker.io/" + rest
		}
	}
	return name
}
