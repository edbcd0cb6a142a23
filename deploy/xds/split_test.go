package xds

import (
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	matchingv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/common/matching/v3"
	"google.golang.org/protobuf/types/known/anypb"
)

func TestSplit(t *testing.T) {
	branch := func(version string) Branch {
		r, err := Plugin{Name: "ns.p", Code: LocalFile("/m/" + version + ".wasm")}.Resource()
		if err != nil {
			t.Fatal(err)
		}
		return Branch{version, r}
	}
	s := Split{Name: "ns.p", Stable: branch("one"), Canary: branch("two")}
	for _, c := range []struct {
		header   string
		percent  int
		matchers int
	}{{"", 0, 0}, {"x-canary", 0, 1}, {"", 10, 1}, {"x-canary", 10, 2}} {
		s.Header, s.Value, s.Percent = c.header, "1", c.percent
		r, err := s.Resource()
		if err != nil {
			t.Fatal(err)
		}
		var ext corev3.TypedExtensionConfig
		var m matchingv3.ExtensionWithMatcher
		if err := r.Body.UnmarshalTo(&ext); err != nil {
			t.Fatal(err)
		}
		if err := ext.TypedConfig.UnmarshalTo(&m); err != nil {
			t.Fatal(err)
		}
		if err := m.ValidateAll(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
		if ext.TypedConfig.TypeUrl != SplitType || r.Name != "ns.p" || m.XdsMatcher.OnNoMatch.GetAction().GetName() != "one" {
			t.Errorf("%+v: %v", c, &ext)
		}
		list := m.XdsMatcher.GetMatcherList().GetMatchers()
		if len(list) != c.matchers {
			t.Errorf("%+v: %d matchers", c, len(list))
		}
		for _, one := range list {
			if one.OnMatch.GetAction().GetName() != "two" {
				t.Errorf("%+v: %v", c, one)
			}
		}
	}
	s.Canary.Resource.Body = &anypb.Any{TypeUrl: "x"}
	if _, err := s.Resource(); err == nil || !strings.Contains(err.Error(), "version two of ns.p") {
		t.Errorf("a resource that is none: %v", err)
	}
}
