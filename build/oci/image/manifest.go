package image

import (
	"bytes"
	"encoding/json"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// head is what tells the kinds of manifests apart.
type head struct {
	SchemaVersion int             `json:"schemaVersion"`
	MediaType     string          `json:"mediaType"`
	Manifests     json.RawMessage `json:"manifests"`
	Layers        json.RawMessage `json:"layers"`
	Config        json.RawMessage `json:"config"`
}

// parse reads a manifest or an index, whose media type its descriptor told.
func parse(mediaType string, raw []byte) (*ocispec.Manifest, *ocispec.Index, error) {
	if err := checkHead(mediaType, raw); err != nil {
		return nil, nil, err
	}
	if IsIndex(mediaType) {
		return parseIndex(raw)
	}
	return parseManifest(raw, MaxLayers)
}

// checkHead refuses content that is not of its media type.
func checkHead(mediaType string, raw []byte) error {
	if err := checkKeys(raw); err != nil {
		return err
	}
	var h head
	if err := json.Unmarshal(raw, &h); err != nil {
		return malformedf("manifest: %v", err)
	}
	switch {
	case h.SchemaVersion != 2:
		return malformedf("manifest of schema version %d; want 2", h.SchemaVersion)
	case h.MediaType != "" && h.MediaType != mediaType:
		return malformedf("a manifest that says it is %q was found as %q", h.MediaType, mediaType)
	case IsIndex(mediaType) && (h.Layers != nil || h.Config != nil):
		return malformedf("an index with layers or a config")
	case IsManifest(mediaType) && h.Manifests != nil:
		return malformedf("a manifest with manifests")
	default:
		return nil
	}
}

func parseIndex(raw []byte) (*ocispec.Manifest, *ocispec.Index, error) {
	var index ocispec.Index
	if err := json.Unmarshal(raw, &index); err != nil {
		return nil, nil, malformedf("index: %v", err)
	}
	if n := len(index.Manifests); n > MaxChildren {
		return nil, nil, limitf("an index of %d manifests; at most %d are read", n, MaxChildren)
	}
	for _, d := range index.Manifests {
		if err := checkDescriptor(d); err != nil {
			return nil, nil, err
		}
	}
	return nil, &index, nil
}

func parseManifest(raw []byte, most int) (*ocispec.Manifest, *ocispec.Index, error) {
	var m ocispec.Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return nil, nil, malformedf("manifest: %v", err)
	}
	if n := len(m.Layers); n > most {
		return nil, nil, limitf("a manifest of %d layers; at most %d are read", n, most)
	}
	if m.Config.Size > MaxConfig {
		return nil, nil, limitf("a config of %d bytes; at most %d are read", m.Config.Size, MaxConfig)
	}
	for _, d := range append([]ocispec.Descriptor{m.Config}, m.Layers...) {
		if err := checkDescriptor(d); err != nil {
			return nil, nil, err
		}
	}
	return &m, nil, nil
}

// checkKeys refuses an object that two readers could understand differently: a
// key that is there twice, or in another case.
func checkKeys(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return malformedf("the manifest is no JSON object")
	}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return malformedf("manifest: %v", err)
		}
		key, _ := t.(string)
		low := strings.ToLower(key)
		if seen[low] {
			return malformedf("the manifest has the key %.40q twice", key)
		}
		seen[low] = true
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			return malformedf("manifest: %v", err)
		}
	}
	return nil
}
