package main

import (
	"github.com/corazawaf/coraza/v3/types"

	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	action "github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// inspection is one request and its response.
type inspection struct {
	tx       types.Transaction
	protocol string
	over     bool // it was answered
}

const inspectionKey = "inspection"

// of returns what was begun for a request, nil where nothing is to be inspected.
func of(http wrapper.HttpContext) *inspection {
	in, _ := http.GetContext(inspectionKey).(*inspection)
	if in == nil || in.over {
		return nil
	}
	return in
}

// block answers in place of the backend, as the rule says that was interrupted for.
func (in *inspection) block(c Config, i *types.Interruption) action.Action {
	in.over = true
	a := refuse.Answer{Status: uint32(i.Status), Detail: "waf.blocked", Body: c.BlockedMessage} //nolint:gosec // bounded below
	if i.Status < 200 || i.Status > 599 {
		a.Status = 403
	}
	if i.Action == "redirect" && i.Data != "" {
		a.Headers = [][2]string{{"location", i.Data}}
		if a.Status < 300 || a.Status > 399 {
			a.Status = 302
		}
	}
	return refuse.With(a)
}

// broken answers where something failed that the decision needs.
func (in *inspection) broken(what string, err error) action.Action {
	in.over = true
	log.Errorf("%s: %v", what, err)
	return refuse.With(refuse.Answer{Status: 500, Detail: "waf.broken"})
}

// onDone ends the transaction: it writes what is to be written, and frees it.
func onDone(http wrapper.HttpContext, _ Config) {
	in, _ := http.GetContext(inspectionKey).(*inspection)
	if in == nil {
		return
	}
	seen.forget()
	in.tx.ProcessLogging()
	seen.forget() // nothing may be kept for a request that is over
	if err := in.tx.Close(); err != nil {
		log.Errorf("end of the inspection: %v", err)
	}
}

// property is a text that the gateway knows, or instead.
func property(instead string, path ...string) string {
	value, err := proxywasm.GetProperty(path)
	if err != nil || len(value) == 0 {
		return instead
	}
	return string(value)
}
