package main

import (
	"fmt"
	"strings"
)

// object is a JSON object of Envoy's configuration.
type object = map[string]any

// entry is a plugin, the filter of Envoy's own that does the same, and a request
// that passes both.
type entry struct {
	// name is the row's: the plugin's, and what it is asked to do where that is one
	// of several.
	name string
	// plugin is the directory below plugins, config its configuration.
	plugin, config string
	// native is the typed configuration of Envoy's filter, with its "@type"; nil
	// where Envoy has none. nativeName is what the page calls it.
	native     object
	nativeName string
	// request is what is sent, as it is on the wire.
	request []byte
	// status is that of the answer. Default 200.
	status int
	// first is a filter before the measured one on all sides; nil for none.
	first object
	// virtualHost is what the native filter needs of the routes besides.
	virtualHost object
	// needs are the servers that the plugin or the filter calls; nil for none.
	needs *server
}

// entries are all that there are.
func entries() []entry {
	return []entry{
		keyAuth(), basicAuth(), ipRestriction(), ipNetworks(), hmacAuth(),
		keyRateLimit(), keyRateLimitEach(), requestBlock(), transformer(), customResponse(),
		jwtRSA(), jwtEC(), cors(), trafficTag(), redirect(),
		clusterKeyRateLimit(), extAuth(), waf(), wafBody(),
	}
}

// get is a GET request.
func get(path string, headers ...string) []byte {
	lines := append([]string{"GET " + path + " HTTP/1.1", "Host: hub.test"}, headers...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

// typed is the configuration of one of Envoy's HTTP filters.
func typed(name string, fields object) object {
	fields["@type"] = fmt.Sprintf("type.googleapis.com/envoy.extensions.filters.http.%s", name)
	return fields
}
