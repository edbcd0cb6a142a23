package wasm

import (
	"reflect"
	"testing"
)

func producersSection() []byte {
	entry := func(name, version string) []byte { return appendName(appendName(nil, name), version) }
	return custom("producers", vec(
		append(appendName(nil, "language"), vec(entry("Go", "go1.26.8"))...),
		append(appendName(nil, "processed-by"), vec(entry("Go cmd/compile", "go1.26.8"))...),
	)...)
}

func TestProducers(t *testing.T) {
	m, err := Decode(module(producersSection()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Producers()
	want := []Producer{{"language", "Go", "go1.26.8"}, {"processed-by", "Go cmd/compile", "go1.26.8"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("producers are %v, %v, want %v", got, err, want)
	}
}

func TestBuildInfo(t *testing.T) {
	text := "path\texample.com/hello\nmod\texample.com/hello\t(devel)\t\ndep\texample.com/x\tv1.2.3\th1:abc=\nbuild\tGOOS=wasip1\n"
	for _, tt := range []struct {
		name, data string
		want       string
	}{
		{"whole", "\x00\x01" + infoStart + text + infoEnd + "\x02", "example.com/hello"},
		{"without an end", infoStart + text, ""},
		{"broken text", infoStart + "dep\tx\n" + infoEnd, ""},
		{"none", "data", ""},
	} {
		m, err := Decode(module(section(SectionData, []byte(tt.data)...), producersSection()))
		if err != nil {
			t.Fatal(err)
		}
		info := m.BuildInfo()
		if tt.want == "" {
			if info != nil {
				t.Errorf("%s: %v", tt.name, info)
			}
			continue
		}
		if info == nil || info.Path != tt.want || info.GoVersion != "go1.26.8" || len(info.Deps) != 1 || info.Deps[0].Version != "v1.2.3" {
			t.Errorf("%s: %+v", tt.name, info)
		}
	}
}
