package record

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"
)

// Chain is the plugins that exchanges behind it in the file went through.
type Chain struct {
	Time    time.Time `json:"time"`
	Plugins []Plugin  `json:"plugins"`
	// Masks are the names that were masked besides those that always are.
	Masks []string `json:"masks,omitempty"`
}

// Plugin is one of a chain.
type Plugin struct {
	Name string `json:"name"`
	// SHA256 is the module's digest in hexadecimal.
	SHA256 string `json:"sha256"`
	// Config is the configuration, with secrets masked; empty for none.
	Config json.RawMessage `json:"config,omitempty"`
}

// Exchange is a request and what became of it.
type Exchange struct {
	Time time.Time `json:"time"`
	// Took is the time until the end of the response, in nanoseconds.
	Took time.Duration `json:"took,omitempty"`
	// Name is what a person calls it; recordings have none.
	Name string `json:"name,omitempty"`
	// Protocol is the client's, such as "HTTP/1.1", its default.
	Protocol string `json:"protocol,omitempty"`
	// Client is the client's address.
	Client string `json:"client,omitempty"`
	// Request is what the client sent, Response what it got.
	Request  Message `json:"request"`
	Response Message `json:"response"`
	// Upstream is nil where the chain answered by itself.
	Upstream *Call `json:"upstream,omitempty"`
	// Callouts are what the plugins asked, in the order of the answers.
	Callouts []Call `json:"callouts,omitempty"`
	// Broken says that the client got no complete response.
	Broken bool `json:"broken,omitempty"`
}

// Call is a request to a cluster and its answer.
type Call struct {
	Cluster  string  `json:"cluster"`
	Request  Message `json:"request,omitzero"`
	Response Message `json:"response,omitzero"`
	// Query and Reply are a Redis command and its answer, in RESP form.
	Query Bytes `json:"query,omitempty"`
	Reply Bytes `json:"reply,omitempty"`
	// Error says why there is no answer.
	Error string `json:"error,omitempty"`
	// Shared says that it may have been made for another request that went on at the
	// same time: the plugin doesn't say for which.
	Shared bool `json:"shared,omitempty"`
}

// Message is a request or a response. Its headers begin with :method, :path and
// :authority, or with :status; names are in lower case, sorted.
type Message struct {
	Headers  [][2]string `json:"headers"`
	Body     Bytes       `json:"body,omitempty"`
	Trailers [][2]string `json:"trailers,omitempty"`
	// Size is how long the body was where Body holds less of it, in bytes.
	Size int64 `json:"size,omitempty"`
}

// IsZero reports that there is no message.
func (m Message) IsZero() bool { return len(m.Headers) == 0 }

// Get is the first value of a header, "" if there is none. Names are in lower case.
func (m Message) Get(name string) string {
	for _, h := range m.Headers {
		if h[0] == name {
			return h[1]
		}
	}
	return ""
}

// Bytes are kept as text where they are UTF-8, else as base64 behind "base64:".
// Text that begins like that is kept as base64, too.
type Bytes []byte

const base64Mark = "base64:"

// MarshalJSON implements json.Marshaler.
func (b Bytes) MarshalJSON() ([]byte, error) {
	if utf8.Valid(b) && !strings.HasPrefix(string(b), base64Mark) {
		return json.Marshal(string(b))
	}
	text, err := json.Marshal([]byte(b))
	if err != nil {
		return nil, err
	}
	return append([]byte(`"`+base64Mark), text[1:]...), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *Bytes) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	coded, is := strings.CutPrefix(s, base64Mark)
	if !is {
		*b = Bytes(s)
		return nil
	}
	return json.Unmarshal([]byte(`"`+coded+`"`), (*[]byte)(b))
}
