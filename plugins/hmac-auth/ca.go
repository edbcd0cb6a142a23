package main

import (
	"crypto/md5" //nolint:gosec // the protocol's
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

// Headers of the dialect.
const (
	caKey       = "x-ca-key"
	caMethod    = "x-ca-signature-method"
	caHeaders   = "x-ca-signature-headers"
	caSignature = "x-ca-signature"
	caTimestamp = "x-ca-timestamp"
	caMessage   = "X-Ca-Error-Message"
)

// maxBody is how long a body may be.
const maxBody = 32 << 20

// ca is the dialect with headers x-ca-….
type ca struct {
	signers map[string]*signer
	offset  int64 // seconds, 0 for any
	wantMD5 bool
	unique  bool // no parameter twice
}

func caRefusal(status uint32, detail, text string) *refusal {
	return &refusal{status: status, detail: detail, body: text}
}

var (
	caInvalidKey   = caRefusal(401, "invalid_key", "Invalid Key")
	caNoSignature  = caRefusal(401, "empty_signature", "Empty Signature")
	caBadSignature = caRefusal(400, "invalid_signature", "Invalid Signature")
	caInvalidMD5   = caRefusal(400, "invalid_md5", "Invalid Content-MD5")
	caInvalidDate  = caRefusal(400, "invalid_date", "Invalid Date")
	caRepeated     = caRefusal(400, "repeated_parameter", "Repeated Parameter")
	caTooLarge     = caRefusal(413, "too_large", "Request Body Too Large")
	caForbidden    = caRefusal(403, "unauthorized", "Unauthorized Consumer")
)

func (*ca) forbidden(string) *refusal { return caForbidden }

func (*ca) credentials() []string { return []string{caKey, caSignature} }

func (d *ca) headers(m *message) verdict {
	key, one := m.one(caKey)
	if _, known := d.signers[key]; !known || !one {
		return verdict{why: caInvalidKey}
	}
	if signature, one := m.one(caSignature); signature == "" || !one {
		return verdict{why: caNoSignature}
	}
	for _, name := range [...]string{caMethod, caHeaders, caTimestamp, "accept", "content-md5", "content-type", "date", ":path", ":method"} {
		if m.several[name] {
			return verdict{why: caBadSignature}
		}
	}
	if !d.inTime(m) {
		return verdict{why: caInvalidDate}
	}
	if _, hasMD5 := m.lookup("content-md5"); hasMD5 || d.wantMD5 || m.isForm() {
		return verdict{wait: true}
	}
	name, why := d.verify(m, nil)
	return verdict{name: name, why: why}
}

func (d *ca) body(m *message, body []byte) (name string, why *refusal) {
	if len(body) > maxBody {
		return "", caTooLarge
	}
	given, found := m.lookup("content-md5")
	if found && given != "" || d.wantMD5 && len(body) > 0 && !m.isForm() {
		sum := md5.Sum(body) //nolint:gosec // the protocol's
		want := base64.StdEncoding.EncodeToString(sum[:])
		if subtle.ConstantTimeCompare([]byte(want), []byte(given)) != 1 {
			return "", caInvalidMD5
		}
	}
	if !m.isForm() {
		body = nil // its parameters are no part of what is signed
	}
	return d.verify(m, body)
}

// isForm reports whether the parameters of the body are signed.
func (m *message) isForm() bool {
	return strings.Contains(strings.ToLower(m.fields["content-type"]), "application/x-www-form-urlencoded")
}

// verify makes the signature again. form is the body of a form, else nil.
func (d *ca) verify(m *message, form []byte) (name string, why *refusal) {
	who := d.signers[m.fields[caKey]]
	headers, ok := m.signedFields()
	if !ok {
		return "", caBadSignature
	}
	params, dropped := parameters(m.path, form)
	if dropped > 0 && d.unique {
		return "", caRepeated
	}
	given, text := m.fields[caSignature], target(m.path, params, false)
	right := who.has(given, m.algorithm(), headers, text)
	// Parameters without a value are signed with their equals sign, or without.
	if bare := target(m.path, params, true); bare != text {
		right = who.has(given, m.algorithm(), headers, bare) || right
	}
	if !right {
		return "", &refusal{
			status: caBadSignature.status, detail: caBadSignature.detail, body: caBadSignature.body,
			headers: [][2]string{{caMessage, "Server StringToSign:`" + shown(headers+text) + "`"}},
		}
	}
	return who.name, nil
}

// algorithm is the one that the client has chosen: HmacSHA1, else HmacSHA256.
func (m *message) algorithm() algorithm {
	if m.fields[caMethod] == "HmacSHA1" {
		return withSHA1
	}
	return withSHA256
}

// maxShown bounds what a client gets to see of the text that it should have signed.
const maxShown = 4096

// shown is a text as it can stand in a header: on one line.
func shown(text string) string {
	text = text[:min(len(text), maxShown)]
	b := []byte(text)
	for i, c := range b {
		if c < ' ' || c == 0x7f {
			b[i] = '#'
		}
	}
	return string(b)
}
