package run

import (
	"reflect"
	"strings"
	"testing"
)

func TestReadRoutes(t *testing.T) {
	routes, clusters, err := ReadRoutes(file(t, "routes.yaml", `
routes:
- name: default/foo
  domains: [example.com, "*.example.com"]
  prefix: /foo
  cluster: httpbin
- path: /x
  cluster: my-svc
clusters:
  my-svc: 127.0.0.1:8000
  ext: https://example.com
`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Route{
		{Name: "default/foo", Domains: []string{"example.com", "*.example.com"}, Prefix: "/foo", Cluster: "httpbin"},
		{Path: "/x", Cluster: "my-svc"},
	}
	if !reflect.DeepEqual(routes, want) {
		t.Errorf("routes are %+v", routes)
	}
	if want := []Cluster{{"ext", "https://example.com"}, {"my-svc", "127.0.0.1:8000"}}; !reflect.DeepEqual(clusters, want) {
		t.Errorf("clusters are %+v", clusters)
	}
}

func TestReadRoutesErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "is empty; want the keys routes or clusters",
		"- a\n":                     "want an object with the keys routes, clusters",
		"route: []\n":               `unknown key "route"; allowed are routes, clusters`,
		"Routes: []\n":              `unknown key "Routes"`,
		"routes: {a: b}\n":          "routes: want a list, not an object",
		"routes:\n- x\n":            "routes[0]: want an object with the keys name, domains, prefix, path, cluster",
		"routes:\n- prefx: /\n":     `routes[0]: unknown key "prefx"; allowed are name, domains, prefix, path, cluster`,
		"routes:\n- name: a\n":      "routes[0]: has no cluster",
		"routes:\n- {cluster: 7}\n": "routes[0]: cluster: want a string, not a number",
		"clusters: {a: 80}\n":       "want a string, not a number",
		"clusters: [a]\n":           "clusters: want an object, not an array",
		"routes: [{cluster: a, prefix: /, path: /}]": "routes[0]: has both a prefix and a path",
		"routes: [{cluster: a, prefix: foo}]":        `routes[0]: prefix "foo": must begin with /`,
		"routes: [{cluster: a, path: foo}]":          `routes[0]: path "foo": must begin with /`,
		`routes: [{cluster: a, domains: [""]}]`:      "routes[0]: domains[0] is empty",
		`clusters: {a: ""}`:                          `cluster "a": address "": want host:port`,
		"clusters: {a: b}":                           `cluster "a": address "b": want host:port`,
		"clusters: {a: 'http://u:secret@b:1'}":       `cluster "a": want a URL of only scheme, host and port`,
		"clusters: {a: 'b:99999'}":                   `cluster "a": address "b:99999": the port must be a number from 1 to 65535`,
		`clusters: {"": "b:1"}`:                      `cluster of "b:1": has no name`,
	} {
		_, _, err := ReadRoutes(file(t, "routes.yaml", text))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "routes.yaml: ") {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestParseCluster(t *testing.T) {
	for text, want := range map[string]Cluster{
		"a=127.0.0.1:80": {"a", "127.0.0.1:80"},
		"outbound|6379||redis.dns=127.0.0.1:6379": {"outbound|6379||redis.dns", "127.0.0.1:6379"},
		"a=http://h":            {"a", "http://h"},
		"a=https://[::1]:8443/": {"a", "https://[::1]:8443/"},
	} {
		if got, err := ParseCluster(text); err != nil || got != want {
			t.Errorf("%q: got %+v, %v", text, got, err)
		}
	}
	for _, bad := range []string{"", "a", "=b", "a=", "a=b", "a=b:0", "a=:80", "a=[::1]", "a=http://", "a=http://h/?q=1", "a=ftp://h:1"} {
		if got, err := ParseCluster(bad); err == nil {
			t.Errorf("%q: got %+v", bad, got)
		}
	}
}

func TestMergeClusters(t *testing.T) {
	got := mergeClusters(httpbinClusters("127.0.0.1:1"), []Cluster{{"a", "1"}}, []Cluster{{"a", "2"}, {"httpbin", "3"}})
	want := []Cluster{{"httpbin", "3"}, {"outbound|80||httpbin.static", "http://127.0.0.1:1"}, {"a", "2"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if r := defaultRoutes(got); len(r) != 1 || r[0].Cluster != "httpbin" || r[0].Prefix != "/" {
		t.Errorf("default routes are %v", r)
	}
	if r := defaultRoutes(nil); r != nil {
		t.Errorf("without httpbin the routes are %v", r)
	}
}
