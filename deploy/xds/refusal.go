package xds

import (
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"

	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// maxReason bounds what is kept of a node's reason, in bytes.
const maxReason = 4096

// refusalDetail is why a node refuses an answer.
type refusalDetail struct {
	text    string
	reasons map[string]string // by resource, from an agent
}

// refusalOf reads the error of a request; nil is for none.
func refusalOf(e *rpcstatus.Status) *refusalDetail {
	if e == nil {
		return nil
	}
	text := e.GetMessage()
	if text == "" {
		text = "the node gives no reason"
	}
	if len(text) > maxReason {
		text = text[:maxReason] + "…"
	}
	return &refusalDetail{text: text, reasons: remote.Failures(e)}
}
