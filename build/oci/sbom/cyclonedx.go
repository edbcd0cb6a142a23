package sbom

import (
	"bytes"
	"encoding/json"
)

type cdxDocument struct {
	Format       string          `json:"bomFormat"`
	SpecVersion  string          `json:"specVersion"`
	SerialNumber string          `json:"serialNumber"`
	Version      int             `json:"version"`
	Metadata     cdxMetadata     `json:"metadata"`
	Components   []cdxComponent  `json:"components"`
	Dependencies []cdxDependency `json:"dependencies"`
	Compositions []cdxComplete   `json:"compositions"`
}

type cdxMetadata struct {
	Timestamp string       `json:"timestamp"`
	Tools     cdxTools     `json:"tools"`
	Component cdxComponent `json:"component"`
}

type cdxTools struct {
	Components []cdxComponent `json:"components"`
}

type cdxComponent struct {
	Type       string        `json:"type"`
	Ref        string        `json:"bom-ref,omitempty"`
	Name       string        `json:"name"`
	Version    string        `json:"version,omitempty"`
	Hashes     []cdxHash     `json:"hashes,omitempty"`
	PURL       string        `json:"purl,omitempty"`
	Properties []cdxProperty `json:"properties,omitempty"`
}

type cdxHash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type cdxProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type cdxDependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// cdxComplete says whether all dependencies are listed.
type cdxComplete struct {
	Aggregate    string   `json:"aggregate"`
	Dependencies []string `json:"dependencies"`
}

// cyclonedx writes the bill as CycloneDX 1.6.
func (b *bill) cyclonedx() ([]byte, error) {
	plugin := cdxComponent{Type: "application", Ref: "plugin.wasm", Name: b.main.Name, Version: b.main.Version, Hashes: []cdxHash{{"SHA-256", b.sum}}}
	aggregate := "unknown"
	if b.known {
		plugin.PURL, aggregate = b.main.PURL(), "complete"
	}
	d := cdxDocument{
		Format: "CycloneDX", SpecVersion: "1.6", SerialNumber: "urn:uuid:" + b.uuid(CycloneDX), Version: 1,
		Metadata: cdxMetadata{
			Timestamp: b.created,
			Tools:     cdxTools{[]cdxComponent{{Type: "application", Name: "sluice", Version: b.tool}}},
			Component: plugin,
		},
		Components:   []cdxComponent{},
		Compositions: []cdxComplete{{aggregate, []string{plugin.Ref}}},
	}
	needs := []string{}
	for _, c := range b.parts {
		part := cdxComponent{Type: "library", Ref: c.PURL(), Name: c.Name, Version: c.Version, PURL: c.PURL()}
		if c.Sum != "" {
			part.Properties = []cdxProperty{{"sluice:go.sum", c.Sum}}
		}
		d.Components = append(d.Components, part)
		needs = append(needs, part.Ref)
	}
	d.Dependencies = []cdxDependency{{plugin.Ref, needs}}
	return encode(d)
}

// encode writes JSON that people can read, and that ends with a line.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
