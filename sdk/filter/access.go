package filter

import "github.com/sluiceproxy/sluice/sdk/proxywasm"

// access is how headers or trailers of one direction are read and written.
type access struct {
	all        func() ([][2]string, error)
	replaceAll func([][2]string) error
	add        func(name, value string) error
	replace    func(name, value string) error
	remove     func(name string) error
}

func headerAccess(d direction) access {
	if d == request {
		return access{
			all: proxywasm.GetHttpRequestHeaders, replaceAll: proxywasm.ReplaceHttpRequestHeaders, add: proxywasm.AddHttpRequestHeader,
			replace: proxywasm.ReplaceHttpRequestHeader, remove: proxywasm.RemoveHttpRequestHeader,
		}
	}
	return access{
		all: proxywasm.GetHttpResponseHeaders, replaceAll: proxywasm.ReplaceHttpResponseHeaders, add: proxywasm.AddHttpResponseHeader,
		replace: proxywasm.ReplaceHttpResponseHeader, remove: proxywasm.RemoveHttpResponseHeader,
	}
}

func trailerAccess(d direction) access {
	if d == request {
		return access{
			all: proxywasm.GetHttpRequestTrailers, replaceAll: proxywasm.ReplaceHttpRequestTrailers, add: proxywasm.AddHttpRequestTrailer,
			replace: proxywasm.ReplaceHttpRequestTrailer, remove: proxywasm.RemoveHttpRequestTrailer,
		}
	}
	return access{
		all: proxywasm.GetHttpResponseTrailers, replaceAll: proxywasm.ReplaceHttpResponseTrailers, add: proxywasm.AddHttpResponseTrailer,
		replace: proxywasm.ReplaceHttpResponseTrailer, remove: proxywasm.RemoveHttpResponseTrailer,
	}
}
