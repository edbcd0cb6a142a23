package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// ResumeHttpRequest lets a request go on that an earlier callback held back.
// Where nothing is held back it does nothing, which is warned of once, and it does
// nothing where the request was already answered. In a callback of the request
// itself it makes that callback continue, whatever it returns. On Envoy the request's headers can't be read or changed after it.
func ResumeHttpRequest() error {
	return resume(abi.StreamRequest)
}

// ResumeHttpResponse is ResumeHttpRequest's twin for the response.
func ResumeHttpResponse() error {
	return resume(abi.StreamResponse)
}

func resume(s abi.StreamType) error {
	if !dispatch.Current().Resume(s) {
		return nil
	}
	if st := abi.ContinueStream(s); st != abi.StatusOK {
		return statusError(st)
	}
	dispatch.Current().NoteResume(s)
	return nil
}

// SendHttpResponse answers the request; nothing goes upstream. gRPCStatus is
// for gRPC requests, -1 lets the host derive it from statusCode. The first
// answer wins, a later one is dropped; the callback's action no longer matters.
// A stream that is over (OnHttpStreamDone) is types.ErrorStatusBadArgument. It
// can be called in any other callback of an HTTP context and in callbacks of its callouts; once
// response headers have been sent, hosts can only reset the stream.
//
// A reply that can't be sent as it is never lets the request pass instead:
//   - statusCode outside 200–599: status 500 is sent, types.ErrInvalidStatus
//     returned.
//   - a header with CR, LF or NUL, or too many headers: status 500 is sent
//     without them, types.ErrInvalidHeader or types.ErrTooManyHeaders returned.
//   - pairs without name and value, which a list that was made too long has,
//     are left out.
//   - a body with status 204 or 304: the reply is sent without it,
//     types.ErrUnexpectedBody returned.
func SendHttpResponse(statusCode uint32, headers [][2]string, body []byte, gRPCStatus int32) error {
	return SendHttpResponseWithDetail(statusCode, "", headers, body, gRPCStatus)
}

// SendHttpResponseWithDetail is SendHttpResponse with a word on the reason for
// the host's access log (%RESPONSE_CODE_DETAILS% on Envoy). Spaces in it are
// replaced by the host.
func SendHttpResponseWithDetail(statusCode uint32, statusCodeDetailData string, headers [][2]string, body []byte, gRPCStatus int32) error {
	if dispatch.Current().Over() {
		return types.ErrorStatusBadArgument
	}
	if dispatch.Current().Answered() {
		return nil
	}
	headers = withoutEmpty(headers)
	if err := checkReply(statusCode, statusCodeDetailData, headers); err != nil {
		abi.SendLocalResponse(500, "plugin_sent_invalid_reply", nil, nil, -1)
		dispatch.Current().NoteReply()
		return err
	}
	var dropped error
	if (statusCode == 204 || statusCode == 304) && len(body) > 0 {
		body, dropped = nil, types.ErrUnexpectedBody
	}
	st := abi.SendLocalResponse(statusCode, statusCodeDetailData, body, headers, gRPCStatus)
	if st != abi.StatusOK {
		return statusError(st)
	}
	dispatch.Current().NoteReply()
	return dropped
}

func checkReply(status uint32, detail string, headers [][2]string) error {
	if status < 200 || status > 599 {
		return types.ErrInvalidStatus
	}
	if breaksLine(detail) {
		return types.ErrInvalidHeader
	}
	return checkHeaders(headers)
}
