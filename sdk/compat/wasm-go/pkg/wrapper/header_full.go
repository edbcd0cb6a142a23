//go:build !sluice_no_nethttp

package wrapper

import "net/http"

type header = http.Header
