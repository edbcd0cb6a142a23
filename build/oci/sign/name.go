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
	host = canonicalHost(host)
	if !found {
		return host
	}
	return hub(host + "/" + rest)
}

// canonicalHost cuts off the default ports, also where they are written with
// zeros or not at all, and the dot at the end.
func canonicalHost(host string) string {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.LastIndexByte(host, ']') > i {
		return strings.TrimSuffix(host, ".")
	}
	name, port := strings.TrimSuffix(host[:i], "."), host[i+1:]
	if strings.Trim(port, "0123456789") == "" {
		port = strings.TrimLeft(port, "0")
	}
	switch port {
	case "", "80", "443":
		return name
	default:
		return name + ":" + port
	}
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
