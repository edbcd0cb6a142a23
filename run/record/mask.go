package record

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// Mask stands in a recording for what is not kept.
const Mask = "***"

// Masks say what is not kept. The values of these headers, members of JSON and
// form bodies, query parameters and fields of configurations are replaced by
// [Mask]. The zero value masks what [Masks.Secret] knows.
type Masks struct {
	// Names are further names, in any case.
	Names []string

	values []string // secrets, wherever they turn up
}

// With masks the secrets of a configuration, too, wherever they turn up.
func (m Masks) With(config []byte) Masks {
	m.values = append([]string(nil), m.values...)
	m.learn(config)
	return m
}

// leastSecret is how long a secret of a configuration is at least to be looked for
// everywhere: shorter ones are parts of what is none.
const leastSecret = 6

// learn takes the secrets of a configuration.
func (m *Masks) learn(config []byte) {
	var v any
	if json.Unmarshal(config, &v) == nil {
		m.learnFrom(v, false)
	}
}

func (m *Masks) learnFrom(v any, secret bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, member := range v {
			m.learnFrom(member, secret || m.Secret(k))
		}
	case []any:
		for _, member := range v {
			m.learnFrom(member, secret)
		}
	case string:
		if secret {
			m.know(v)
		}
	}
}

// know takes a secret, and its parts: those of "Bearer x" and "a=x; b=y".
func (m *Masks) know(v string) {
	for _, part := range append(strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(" ;,=", r) }), v) {
		if len(part) >= leastSecret && part != Mask && !slices.Contains(m.values, part) {
			m.values = append(m.values, part)
		}
	}
}

// learnMessage takes the secrets of a message: a server may echo them.
func (m *Masks) learnMessage(g Message) {
	for _, h := range g.Headers {
		switch {
		case m.Secret(h[0]):
			m.know(h[1])
		case h[0] == ":path":
			_, query, _ := strings.Cut(h[1], "?")
			m.learnForm(query)
		}
	}
	if strings.HasPrefix(g.Get("content-type"), "application/x-www-form-urlencoded") {
		m.learnForm(string(g.Body))
	}
	m.learn(g.Body)
}

func (m *Masks) learnForm(s string) {
	for _, p := range strings.Split(s, "&") {
		name, value, _ := strings.Cut(p, "=")
		if plain, err := url.QueryUnescape(name); err != nil || !m.Secret(plain) {
			continue
		}
		m.know(value)
		if plain, err := url.QueryUnescape(value); err == nil {
			m.know(plain)
		}
	}
}

// text masks the secrets of configurations.
func (m Masks) text(s string) string {
	for _, v := range m.values {
		s = strings.ReplaceAll(s, v, Mask)
	}
	return s
}

// words are parts of names whose values are secrets. "-" and "_" don't count.
var words = [...]string{"authorization", "cookie", "apikey", "token", "secret", "password", "passwd", "credential", "privatekey",
	"accesskey", "signature", "sessionid"}

// harmless are ends of names that say something about a secret, and not the secret:
// how many tokens a language model may use, which header has the key.
var harmless = [...]string{"tokens", "header", "headers", "name", "type", "url", "path", "method", "enabled", "ttl", "timeout"}

// Secret reports whether what has this name is masked: authorization, cookies,
// API keys, tokens, secrets, passwords, credentials, private and access keys,
// signatures and session ids, also as a part of the name.
func (m Masks) Secret(name string) bool {
	for _, n := range m.Names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	plain := strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name))
	for _, end := range harmless {
		if strings.HasSuffix(plain, end) {
			return false
		}
	}
	for _, w := range words {
		if strings.Contains(plain, w) {
			return true
		}
	}
	return false
}

// sameLength is text for RESP, in which lengths are told.
func (m Masks) sameLength(b []byte) []byte {
	s := string(b)
	for _, v := range m.values {
		s = strings.ReplaceAll(s, v, strings.Repeat("*", len(v)))
	}
	return []byte(s)
}

// headers masks values, in place.
func (m Masks) headers(list [][2]string) [][2]string {
	for i, h := range list {
		switch {
		case m.Secret(h[0]):
			list[i][1] = Mask
		case h[0] == ":path" || h[0] == "referer" || h[0] == "location":
			list[i][1] = m.target(h[1])
		}
		list[i][1] = m.text(list[i][1])
	}
	return list
}

// target masks the parameters of a URL, and leaves the rest byte for byte.
func (m Masks) target(s string) string {
	before, query, found := strings.Cut(s, "?")
	if !found {
		return s
	}
	return before + "?" + m.form(query)
}

// form masks pairs of a query or a form.
func (m Masks) form(s string) string {
	parts := strings.Split(s, "&")
	for i, p := range parts {
		name, _, found := strings.Cut(p, "=")
		plain, err := url.QueryUnescape(name)
		if found && (err != nil || m.Secret(plain)) {
			parts[i] = name + "=" + Mask
		}
	}
	return strings.Join(parts, "&")
}

// body masks what a body of that type says by name. A body that was cut off is
// not kept where it can't be read.
func (m Masks) body(contentType string, b []byte, cut bool) []byte {
	switch t, _, _ := strings.Cut(strings.ToLower(contentType), ";"); {
	case strings.TrimSpace(t) == "application/x-www-form-urlencoded":
		return []byte(m.form(string(b)))
	case strings.HasSuffix(strings.TrimSpace(t), "json") || looksJSON(b):
		masked, ok := m.json(b)
		if !ok && cut {
			return nil
		}
		return masked
	}
	return b
}

func looksJSON(b []byte) bool {
	b = bytes.TrimSpace(b)
	return len(b) > 0 && (b[0] == '{' || b[0] == '[')
}

// json masks members. Text without any stays byte for byte; ok is false for what
// is no JSON.
func (m Masks) json(b []byte) (masked []byte, ok bool) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return b, false
	}
	if !m.value(v) {
		return b, true
	}
	out, err := json.Marshal(v)
	return out, err == nil
}

// value masks members in place and reports whether there were any.
func (m Masks) value(v any) (changed bool) {
	switch v := v.(type) {
	case map[string]any:
		for k, member := range v {
			if m.Secret(k) && !empty(member) {
				v[k], changed = Mask, true
				continue
			}
			changed = m.value(member) || changed
		}
	case []any:
		for _, member := range v {
			changed = m.value(member) || changed
		}
	}
	return changed
}

// empty reports that a value says nothing: flags and lengths are no secrets, but
// numbers can be.
func empty(v any) bool {
	switch v := v.(type) {
	case nil, bool:
		return true
	case string:
		return v == ""
	}
	return false
}

// Exchange masks what an exchange holds, in place: secrets by their names, and the
// same values wherever else they are in it.
func (m Masks) Exchange(e *Exchange) {
	m.values = append([]string(nil), m.values...)
	m.learnMessage(e.Request)
	m.learnMessage(e.Response)
	for i := range e.Callouts {
		m.learnMessage(e.Callouts[i].Request)
		m.learnMessage(e.Callouts[i].Response)
	}
	if e.Upstream != nil {
		m.learnMessage(e.Upstream.Request)
		m.learnMessage(e.Upstream.Response)
	}
	// Longer ones first: a part must not keep the whole from being found.
	slices.SortFunc(m.values, func(a, b string) int { return len(b) - len(a) })
	m.message(&e.Request)
	m.message(&e.Response)
	if e.Upstream != nil {
		m.call(e.Upstream)
	}
	for i := range e.Callouts {
		m.call(&e.Callouts[i])
	}
}

func (m Masks) call(c *Call) {
	m.message(&c.Request)
	m.message(&c.Response)
	if len(c.Query) > 0 {
		c.Query, c.Reply = m.sameLength(m.redis(c.Query)), m.sameLength(c.Reply)
	}
}

func (m Masks) message(g *Message) {
	if e := g.Get("content-encoding"); e != "" && e != "identity" && len(g.Body) > 0 {
		g.Size, g.Body = max(g.Size, int64(len(g.Body))), nil // nobody can say what is in it
	}
	if len(g.Body) > 0 {
		masked := m.body(g.Get("content-type"), g.Body, g.Size > 0)
		if masked == nil {
			g.Size = max(g.Size, int64(len(g.Body)))
		}
		if g.Body = masked; len(m.values) > 0 {
			g.Body = []byte(m.text(string(g.Body)))
		}
	}
	g.Headers, g.Trailers = m.headers(g.Headers), m.headers(g.Trailers)
}

// Config masks the fields of a configuration. What is no JSON is replaced as a
// whole.
func (m Masks) Config(config []byte) json.RawMessage {
	if len(bytes.TrimSpace(config)) == 0 {
		return nil
	}
	if masked, ok := m.json(config); ok {
		return masked
	}
	return json.RawMessage(`"` + Mask + `"`)
}
