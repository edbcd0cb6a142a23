package hub

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// Requests are signed by this file, and then changed, or not.
func TestHMACAuthAPISIX(t *testing.T) {
	changed := map[*request]bool{}
	attack(t, guard{
		plugin: "hmac-auth",
		config: `{"consumers":[{"name":"c1","access_key":"ak1","secret_key":"secret-1"},{"name":"c2","access_key":"ak2","secret_key":"secret-2"}],
			"global_auth":true,"allowed_algorithms":["hmac-sha256"],"signed_headers":["@request-target","date","digest"],"validate_request_body":true,
			"_rules_":[{"_match_domain_":["hub.test"],"allow":["c1"]}]}`,
		mutate: func(r *rand.Rand, q *request) {
			clear(changed)
			changed[q] = signAPISIX(r, q)
			changed[q] = tamper(r, q) || changed[q]
			q.shuffle(r)
		},
		verdict: func(q *request) verdict {
			key := strings.Join(q.values("x-signed-by"), "")
			if changed[q] || key == "ak2" && strings.HasPrefix(strings.ToLower(q.host), "hub.test") {
				return refused
			}
			return passes(map[string]string{"ak1": "c1", "ak2": "c2"}[key])
		},
	})
}

func sum(new func() hash.Hash, secret, text string) string {
	h := hmac.New(new, []byte(secret))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// signAPISIX signs as APISIX's page has it. It returns whether that is wrong in
// some way.
func signAPISIX(r *rand.Rand, q *request) (wrong bool) {
	key, secret := "ak1", "secret-1"
	if oneIn(r, 4) {
		key, secret = "ak2", "secret-2"
	}
	if oneIn(r, 15) {
		secret, wrong = pick(r, "secret-3", "", "secret-2x"), true
	}
	at := time.Now()
	if oneIn(r, 15) {
		at, wrong = at.Add(pick(r, -time.Hour, time.Hour, -400*time.Second)), true
	}
	date := at.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
	body := sha256.Sum256([]byte(q.body))
	digest := "SHA-256=" + base64.StdEncoding.EncodeToString(body[:])
	text := fmt.Sprintf("%s\n%s %s\ndate: %s\ndigest: %s\n", key, q.method, q.target, date, digest)
	algorithm, headers, mac := "hmac-sha256", "@request-target date digest", sum(sha256.New, secret, text)
	switch r.IntN(30) {
	case 0:
		algorithm, mac, wrong = "hmac-sha1", sum(sha1.New, secret, text), true
	case 1:
		headers, mac, wrong = "date digest", sum(sha256.New, secret, fmt.Sprintf("%s\ndate: %s\ndigest: %s\n", key, date, digest)), true
	case 2:
		headers, mac, wrong = "", sum(sha256.New, secret, key+"\n"), true
	case 3:
		algorithm, wrong = pick(r, "none", "", "HMAC-SHA256"), true
	}
	q.add("date", date)
	q.add("digest", digest)
	q.add("x-signed-by", key)
	q.add("authorization", fmt.Sprintf(`Signature keyId="%s",algorithm="%s",headers="%s",signature="%s"`, key, algorithm, headers, mac))
	return wrong
}

// tamper changes something that was signed. It returns whether it has.
func tamper(r *rand.Rand, q *request) bool {
	change := func(name string, f func(string) string) bool {
		for i, h := range q.headers {
			if h[0] == name {
				was := h[1]
				q.headers[i][1] = f(h[1])
				return q.headers[i][1] != was
			}
		}
		return false
	}
	drop := func(name string) bool {
		n := len(q.headers)
		q.headers = slices.DeleteFunc(q.headers, func(h [2]string) bool { return h[0] == name })
		return len(q.headers) < n
	}
	switch r.IntN(20) {
	case 0:
		// A value behind the first of one name is not signed with x-ca, so the
		// change is in front.
		q.target = pick(r, "/x", "/.", "/%61") + q.target
		return true
	case 1:
		q.method = map[bool]string{true: "DELETE", false: "PATCH"}[q.method != "DELETE"]
		return true
	case 2:
		q.body, q.chunked = q.body+"x", q.chunked || q.method != "POST"
		return true
	case 3:
		return drop(pick(r, "authorization", "date", "digest", "x-ca-key", "x-ca-signature", "content-md5"))
	case 4:
		return change("authorization", func(s string) string { return strings.Replace(s, pick(r, "=", `"`, ",", "keyId", "a"), junk(r), 1) })
	case 5:
		q.headers = append(q.headers, q.headers[slices.IndexFunc(q.headers, func(h [2]string) bool { return h[0] == "date" || h[0] == "x-ca-timestamp" })])
		return true
	case 6:
		return change(pick(r, "date", "digest", "x-ca-timestamp", "x-ca-signature"), func(s string) string { return s[:len(s)-1] })
	}
	return false
}

// The other dialect, with queries and forms whose parameters are signed.
func TestHMACAuthCA(t *testing.T) {
	changed := map[*request]bool{}
	attack(t, guard{
		plugin: "hmac-auth",
		config: `{"consumers":[{"name":"c1","key":"k1","secret":"secret-1"},{"name":"c2","key":"k2","secret":"secret-2"}],"date_offset":600,
			"global_auth":true,"validate_request_body":true,"hide_credentials":true,"_rules_":[{"_match_domain_":["hub.test"],"allow":["c1"]}]}`,
		mutate: func(r *rand.Rand, q *request) {
			clear(changed)
			q.headers = slices.DeleteFunc(q.headers, func(h [2]string) bool { return h[0] == "accept" || h[0] == "content-type" })
			q.target, _, _ = strings.Cut(q.target, "?")
			changed[q] = signCA(r, q)
			changed[q] = tamper(r, q) || changed[q]
			q.shuffle(r)
		},
		verdict: func(q *request) verdict {
			key := strings.Join(q.values("x-signed-by"), "")
			if changed[q] || key == "k2" && strings.HasPrefix(strings.ToLower(q.host), "hub.test") {
				return refused
			}
			return passes(map[string]string{"k1": "c1", "k2": "c2"}[key])
		},
		stripped: []string{"X-Ca-Key", "X-Ca-Signature"},
	})
}

// signCA signs as the page of the x-ca headers has it, with a query and perhaps a
// form of its own.
func signCA(r *rand.Rand, q *request) (wrong bool) {
	key, secret := "k1", "secret-1"
	if oneIn(r, 4) {
		key, secret = "k2", "secret-2"
	}
	if oneIn(r, 15) {
		secret, wrong = pick(r, "secret-3", "secret-2x"), true
	}
	at := time.Now()
	if oneIn(r, 15) {
		at, wrong = at.Add(pick(r, -time.Hour, time.Hour, -700*time.Second)), true
	}
	params, md, contentType := "", "", ""
	if oneIn(r, 2) {
		q.target, params = q.target+"?b=%32&a=1&a=9", "?a=1&b=2"
	}
	switch {
	case q.body != "" && oneIn(r, 2):
		contentType, q.body = "application/x-www-form-urlencoded", "z=%7A&y=1"
		params += map[bool]string{true: "?", false: "&"}[params == ""] + "y=1&z=z"
	case q.body != "":
		m := md5.Sum([]byte(q.body))
		contentType, md = "text/plain", base64.StdEncoding.EncodeToString(m[:])
		q.add("content-md5", md)
	}
	if contentType != "" {
		q.add("content-type", contentType)
	}
	path, _, _ := strings.Cut(q.target, "?")
	stamp := fmt.Sprint(at.UnixMilli())
	text := fmt.Sprintf("%s\n\n%s\n%s\n\nx-ca-key:%s\nx-ca-timestamp:%s\n%s%s", q.method, md, contentType, key, stamp, path, params)
	method, mac := "HmacSHA256", sum(sha256.New, secret, text)
	if oneIn(r, 5) {
		method, mac = "HmacSHA1", sum(sha1.New, secret, text)
	}
	q.add("x-ca-key", key)
	q.add("x-signed-by", key)
	q.add("x-ca-timestamp", stamp)
	q.add("x-ca-signature-method", method)
	q.add("x-ca-signature-headers", pick(r, "x-ca-key,x-ca-timestamp", "X-Ca-Timestamp,X-Ca-Key,Date,x-ca-signature"))
	q.add("x-ca-signature", mac)
	return wrong
}
