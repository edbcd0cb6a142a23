package plugin

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// fields are the calls for headers or trailers of one direction.
type fields struct {
	get          func() ([][2]string, error)
	replace, add func(name, value string) error
	remove       func(name string) error
}

// all returns the fields, none where the host has none.
func (f fields) all() [][2]string {
	pairs, err := f.get()
	if err != nil {
		return nil
	}
	return pairs
}

func headersOf(d direction) fields {
	if d == request {
		return fields{proxywasm.GetHttpRequestHeaders, proxywasm.ReplaceHttpRequestHeader,
			proxywasm.AddHttpRequestHeader, proxywasm.RemoveHttpRequestHeader}
	}
	return fields{proxywasm.GetHttpResponseHeaders, proxywasm.ReplaceHttpResponseHeader,
		proxywasm.AddHttpResponseHeader, proxywasm.RemoveHttpResponseHeader}
}

func trailersOf(d direction) fields {
	if d == request {
		return fields{proxywasm.GetHttpRequestTrailers, proxywasm.ReplaceHttpRequestTrailer,
			proxywasm.AddHttpRequestTrailer, proxywasm.RemoveHttpRequestTrailer}
	}
	return fields{proxywasm.GetHttpResponseTrailers, proxywasm.ReplaceHttpResponseTrailer,
		proxywasm.AddHttpResponseTrailer, proxywasm.RemoveHttpResponseTrailer}
}

// getBody returns up to size bytes of a body that is held back.
func getBody(d direction, size int) (body []byte, err error) {
	if size == 0 {
		return nil, nil
	}
	if d == request {
		body, err = proxywasm.GetHttpRequestBody(0, size)
	} else {
		body, err = proxywasm.GetHttpResponseBody(0, size)
	}
	if errors.Is(err, types.ErrorStatusNotFound) {
		return nil, nil
	}
	return body, err
}

func replaceBody(d direction, body []byte) error {
	if d == request {
		return proxywasm.ReplaceHttpRequestBody(body)
	}
	return proxywasm.ReplaceHttpResponseBody(body)
}

func resume(d direction) error {
	if d == request {
		return proxywasm.ResumeHttpRequest()
	}
	return proxywasm.ResumeHttpResponse()
}
