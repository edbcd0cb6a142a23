package xds

import (
	"strings"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// maxReason bounds what is kept of a node's reason, in bytes.
const maxReason = 4096

// refusalDetail is why a node refuses an answer.
type refusalDetail struct {
	text    string
	reasons map[string]string // by resource, from an agent
}

// errorDetail is the error of a request.
type errorDetail interface {
	GetMessage() string
	GetDetails() []*anypb.Any
}

// refusalOf reads the error of a request, if there is one; nil is for none.
func refusalOf(isError bool, e errorDetail) *refusalDetail {
	if !isError {
		return nil
	}
	text := e.GetMessage()
	if text == "" {
		text = "the node gives no reason"
	}
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "…"
	}
	return &refusalDetail{text: text, reasons: remote.Failures(e)}
}
