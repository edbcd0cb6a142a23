package cells

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// Nothing is the call that does nothing: what is seen then is the usual.
const Nothing = "nothing"

func streamCalls() []Call {
	plain := func(name string, f func() error) Call {
		return Call{Name: name, Run: func(*Scene) string { return status(f()) }}
	}
	reply := func(name string, f func() error) Call {
		return Call{Name: "reply." + name, Answers: true, Run: func(*Scene) string { return status(f()) }}
	}
	body, header := []byte("reply"), [][2]string{{"x-c-reply", "1"}}
	return []Call{
		{Name: Nothing, Run: func(*Scene) string { return "" }},
		plain("resume_request", proxywasm.ResumeHttpRequest),
		plain("resume_response", proxywasm.ResumeHttpResponse),
		plain("continue_tcp", proxywasm.ContinueTcpStream),
		plain("close_downstream", proxywasm.CloseDownstream),
		plain("close_upstream", proxywasm.CloseUpstream),
		reply("with_body", func() error { return proxywasm.SendHttpResponse(299, header, body, -1) }),
		reply("without_body", func() error { return proxywasm.SendHttpResponse(403, nil, nil, -1) }),
		reply("with_detail", func() error { return proxywasm.SendHttpResponseWithDetail(403, "c detail", header, body, -1) }),
		reply("with_grpc_status", func() error { return proxywasm.SendHttpResponse(403, header, body, 7) }),
		reply("204", func() error { return proxywasm.SendHttpResponse(204, header, body, -1) }),
		reply("bad_status", func() error { return proxywasm.SendHttpResponse(99, header, body, -1) }),
		reply("line_break", func() error {
			return proxywasm.SendHttpResponse(200, [][2]string{{"x-c", "1\r\nx-c-evil: 1"}}, body, -1)
		}),
		{Name: "reply.twice", Answers: true, Run: func(*Scene) string {
			return then(status(proxywasm.SendHttpResponse(299, header, body, -1)), status(proxywasm.SendHttpResponse(500, nil, nil, -1)))
		}},
		{Name: "reply.then_resume", Answers: true, Run: func(*Scene) string {
			return then(status(proxywasm.SendHttpResponse(299, header, body, -1)), status(proxywasm.ResumeHttpRequest()), status(proxywasm.ResumeHttpResponse()))
		}},
		{Name: "reply.then_continue", Run: func(*Scene) string { return status(proxywasm.SendHttpResponse(299, header, body, -1)) }},
		{Name: "reply.then_read", Answers: true, Run: func(*Scene) string {
			return then(status(proxywasm.SendHttpResponse(299, header, body, -1)), words(proxywasm.GetHttpRequestHeader("x-c-in")), words(proxywasm.GetHttpResponseHeader("x-c-up")))
		}},
	}
}
