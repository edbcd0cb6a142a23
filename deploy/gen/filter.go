package gen

import (
	"bytes"
	"encoding/json"
	"fmt"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

type obj = map[string]any

// extension renders a plugin as the control plane of package xds sends it.
func (p named) extension() (*corev3.TypedExtensionConfig, error) {
	r, err := xds.Plugin{
		Name: p.name, RootID: p.Spec.PluginName, Code: xds.LocalFile(p.Path), Config: p.Spec.Config,
		Env: p.Spec.Env, Fail: p.Spec.FailStrategy, Capabilities: p.Capabilities,
	}.Resource()
	if err != nil {
		return nil, err
	}
	var c corev3.TypedExtensionConfig
	return &c, r.Body.UnmarshalTo(&c)
}

// resource is a plugin's extension in JSON, with its type where it is one of a
// list of resources.
func (p named) resource() (obj, error) {
	c, err := p.extension()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Spec.ID(), err)
	}
	return object(c)
}

// object is a message as JSON, with the names that Envoy's documentation has.
func object(m proto.Message) (out obj, err error) {
	b, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	return out, d.Decode(&out)
}

// marshal renders JSON without marks for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// document renders YAML below a comment.
func document(comment string, v any) ([]byte, error) {
	b, err := marshal(v)
	if err != nil {
		return nil, err
	}
	y, err := wasmplugin.YAML(b)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, line := range bytes.Split([]byte(comment), []byte("\n")) {
		out.WriteString("# ")
		out.Write(line)
		out.WriteByte('\n')
	}
	return append(out.Bytes(), y...), nil
}
