package main

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugintest"
)

func mac(secret, text string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// signCA signs a request as a client does: written by the page of the protocol,
// with nothing of the plugin.
func signCA(r *plugintest.Request, key, secret string) {
	body := r.Body + strings.Join(r.Chunks, "")
	edge.Set(r, "x-ca-key", key)
	edge.Set(r, "x-ca-timestamp", strconv.FormatInt(time.Now().UnixMilli(), 10))
	edge.Set(r, "x-ca-signature-headers", "x-ca-timestamp,x-ca-key")
	if body != "" {
		sum := md5.Sum([]byte(body))
		edge.Set(r, "content-md5", base64.StdEncoding.EncodeToString(sum[:]))
	}
	path := r.Path
	if u, err := url.Parse(r.Path); err == nil && u.Scheme != "" {
		path = u.RequestURI() // the absolute form
	}
	path, query, _ := strings.Cut(path, "?")
	first := map[string]string{}
	var names []string
	for _, part := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if u, err := url.PathUnescape(name); err == nil {
			name = u
		}
		if u, err := url.PathUnescape(value); err == nil {
			value = u
		}
		if _, there := first[name]; !there && part != "" {
			first[name] = value
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for i, name := range names {
		path += map[bool]string{true: "?", false: "&"}[i == 0] + name + "=" + first[name]
	}
	method := r.Method
	text := method + "\n" + r.Headers.Get("accept") + "\n" + r.Headers.Get("content-md5") + "\n" + r.Headers.Get("content-type") + "\n\n" +
		"x-ca-key:" + key + "\nx-ca-timestamp:" + r.Headers.Get("x-ca-timestamp") + "\n" + path
	edge.Set(r, "x-ca-signature", mac(secret, text))
}

// signAPISIX signs a request in the other dialect.
func signAPISIX(r *plugintest.Request, key, secret string) {
	body := r.Body + strings.Join(r.Chunks, "")
	sum := sha256.Sum256([]byte(body))
	edge.Set(r, "digest", "SHA-256="+base64.StdEncoding.EncodeToString(sum[:]))
	edge.Set(r, "date", time.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT"))
	text := key + "\n" + r.Method + " " + r.Path + "\ndate: " + r.Headers.Get("date") + "\ndigest: " + r.Headers.Get("digest") + "\n"
	edge.Set(r, "authorization", `Signature keyId="`+key+`",algorithm="hmac-sha256",headers="@request-target date digest",signature="`+mac(secret, text)+`"`)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
