//go:build sluice_no_nethttp

package wrapper

// header stands for http.Header in a plugin in which nothing imports package
// net/http, so that no code can name it: the plugin is two megabytes smaller.
type header map[string][]string
