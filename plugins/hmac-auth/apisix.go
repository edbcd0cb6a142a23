package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// signatures is APISIX's dialect, after the draft "Signing HTTP Messages".
type signatures struct {
	signers    map[string]*signer
	algorithms []string
	skew       int64 // seconds, 0 for any
	required   []string
	digest     bool
	anonymous  string
}

// denied is the answer to a request for a reason.
func denied(why string) *refusal {
	body := jsonscan.AppendQuoted([]byte(`{"message":`), "client request can't be validated: "+why)
	return &refusal{
		status: 401, detail: "invalid", headers: [][2]string{{"content-type", "application/json"}}, body: string(append(body, '}')),
	}
}

func (*signatures) forbidden(name string) *refusal {
	return denied("consumer '" + name + "' is not allowed")
}

func (*signatures) credentials() []string { return []string{"authorization"} }

func (d *signatures) headers(m *message) verdict {
	a, who, err := d.read(m)
	if err != nil {
		if d.anonymous != "" {
			return verdict{name: d.anonymous}
		}
		return verdict{why: denied(err.Error())}
	}
	for _, check := range [...]func(*message, authorization) error{d.inTime, d.enough} {
		if err := check(m, a); err != nil {
			return verdict{why: denied(err.Error())}
		}
	}
	if err := a.verify(m, who); err != nil {
		return verdict{why: denied(err.Error())}
	}
	return verdict{name: who.name, wait: d.digest}
}

// read takes the credentials off the request and finds whose they are.
func (d *signatures) read(m *message) (authorization, *signer, error) {
	text, one := m.one("authorization")
	if text == "" || !one {
		return authorization{}, nil, errors.New("missing Authorization header")
	}
	a, err := parseAuthorization(text)
	if err != nil {
		return a, nil, err
	}
	who, known := d.signers[a.keyID]
	if !known {
		return a, nil, errors.New("Invalid keyId") //nolint:staticcheck // a part of the answer
	}
	return a, who, nil
}

// dateForm is the only form of Date.
const dateForm = "Mon, 02 Jan 2006 15:04:05 GMT"

// inTime holds Date to the gateway's time. One that is not signed says nothing.
func (d *signatures) inTime(m *message, a authorization) error {
	if d.skew == 0 {
		return nil
	}
	date, one := m.one("date")
	if date == "" || !one {
		return errors.New("Date header missing. failed to validate clock skew") //nolint:staticcheck // a part of the answer
	}
	at, err := time.Parse(dateForm, date)
	switch {
	case err != nil:
		return errors.New("Invalid GMT format time") //nolint:staticcheck // likewise
	case !near(at.UnixMilli(), d.skew):
		return errors.New("Clock skew exceeded") //nolint:staticcheck // likewise
	case !a.signs("date"):
		return errors.New(`expected header "date" missing in signing`)
	}
	return nil
}

// enough holds algorithm and signed headers to what the configuration wants.
func (d *signatures) enough(m *message, a authorization) error {
	if !slices.Contains(d.algorithms, a.algorithm) {
		return errors.New("Invalid algorithm") //nolint:staticcheck // a part of the answer
	}
	if len(d.required) > 0 && len(a.headers) == 0 {
		return errors.New("headers missing")
	}
	for _, name := range d.required {
		if !a.signs(name) {
			return errors.New(`expected header "` + name + `" missing in signing`)
		}
	}
	for _, name := range a.headers {
		if m.several[strings.ToLower(name)] {
			return errors.New(`header "` + name + `" is there more than once`)
		}
	}
	return nil
}

// verify makes the signature again.
func (a authorization) verify(m *message, who *signer) error {
	if !who.has(a.signature, a.hash(), a.text(m)) {
		return errors.New("Invalid signature") //nolint:staticcheck // a part of the answer
	}
	return nil
}

func (a authorization) hash() algorithm {
	switch a.algorithm {
	case "hmac-sha1":
		return withSHA1
	case "hmac-sha512":
		return withSHA512
	default:
		return withSHA256
	}
}

// body compares the body with its digest. A request without a body may do without.
func (d *signatures) body(m *message, body []byte) (name string, why *refusal) {
	_, who, err := d.read(m)
	if err != nil {
		return "", denied(err.Error())
	}
	given, found := m.lookup("digest")
	if !found && len(body) == 0 {
		return who.name, nil
	}
	sum := sha256.Sum256(body)
	want := "SHA-256=" + base64.StdEncoding.EncodeToString(sum[:])
	if m.several["digest"] || subtle.ConstantTimeCompare([]byte(want), []byte(given)) != 1 {
		return "", denied("Invalid digest")
	}
	return who.name, nil
}
