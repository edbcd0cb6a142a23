package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// ResumeHttpRequest is [proxywasm.ResumeHttpRequest].
func ResumeHttpRequest() error {
	return proxywasm.ResumeHttpRequest()
}

// ResumeHttpResponse is [proxywasm.ResumeHttpResponse].
func ResumeHttpResponse() error {
	return proxywasm.ResumeHttpResponse()
}

// SendHttpResponse is [proxywasm.SendHttpResponse].
func SendHttpResponse(statusCode uint32, headers [][2]string, body []byte, gRPCStatus int32) error {
	return proxywasm.SendHttpResponse(statusCode, headers, body, gRPCStatus)
}

// SendHttpResponseWithDetail is [proxywasm.SendHttpResponseWithDetail].
func SendHttpResponseWithDetail(statusCode uint32, statusCodeDetailData string, headers [][2]string, body []byte, gRPCStatus int32) error {
	return proxywasm.SendHttpResponseWithDetail(statusCode, statusCodeDetailData, headers, body, gRPCStatus)
}
