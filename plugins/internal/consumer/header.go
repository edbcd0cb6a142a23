package consumer

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

// Header is the request header that names the consumer.
const Header = "X-Mse-Consumer"

// mark is the property in which a plugin leaves the name that it has set, for
// the plugins behind it. Clients can't set properties.
var mark = []string{"sluice_consumer"}

// Pass lets a request go on that needs no consumer, without a header by which the
// client says that it is one. Where that fails the request is answered with 500.
func Pass() types.Action {
	if err := Strip(); err != nil {
		return fail(err)
	}
	return types.HeaderContinue
}

// PassAs lets a request of a consumer go on, with its name in the header. Where
// that fails the request is answered with 500.
func PassAs(name string) types.Action {
	if err := Set(name); err != nil {
		return fail(err)
	}
	return types.HeaderContinue
}

func fail(err error) types.Action {
	log.Errorf("header %s: %v", Header, err)
	return refuse.With(refuse.Answer{Status: 500, Detail: "consumer_header"})
}

// Strip takes the consumer's header off the request, unless a plugin before this
// one has set it with Set.
func Strip() error {
	if _, err := proxywasm.GetHttpRequestHeader(Header); errors.Is(err, types.ErrorStatusNotFound) {
		return nil
	}
	if name, err := wrapper.OneRequestHeader(Header); err == nil && name == Name() {
		return nil
	}
	return proxywasm.RemoveHttpRequestHeader(Header)
}

// Set makes name the only value of the header, for upstream and the plugins behind
// this one, and marks it as a plugin's.
func Set(name string) error {
	if err := proxywasm.ReplaceHttpRequestHeader(Header, name); err != nil {
		return err
	}
	return proxywasm.SetProperty(mark, []byte(name))
}

// Name returns the consumer that a plugin has set for this request, this one or
// one before it, or "". Other than the header it can't be a client's.
func Name() string {
	name, err := proxywasm.GetProperty(mark)
	if err != nil {
		return ""
	}
	return string(name)
}
