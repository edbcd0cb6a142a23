package hub

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/build/oci/confschema"
)

// spec is what a spec.yaml says besides the schema.
type spec struct {
	Info struct {
		Category, Name, Title, Description, Version string

		// Guard overrides what the category says.
		Guard *bool `json:"x-guard"`
	} `json:"info"`
	Spec struct {
		Phase    string `json:"phase"`
		Priority int    `json:"priority"`
	} `json:"spec"`
}

// fromSpec fills in what the text of a plugin's spec.yaml says.
func (p *Plugin) fromSpec(text []byte) error {
	var s spec
	if err := yaml.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("spec.yaml: %w", err)
	}
	if s.Info.Name != p.Name {
		return fmt.Errorf("spec.yaml: the name is %q, that of the directory %q", s.Info.Name, p.Name)
	}
	if s.Info.Description == "" || s.Info.Title == "" {
		return errors.New("spec.yaml: info has no title or no description")
	}
	if !versionForm.MatchString(s.Info.Version) {
		return fmt.Errorf("spec.yaml: version %.100q; want the tag of an image, such as 1.0.0", s.Info.Version)
	}
	p.Title, p.Category, p.Description = s.Info.Title, s.Info.Category, s.Info.Description
	p.Phase, p.Priority = s.Spec.Phase, s.Spec.Priority
	p.Guard = p.Category == "auth" || p.Category == "security"
	if s.Info.Guard != nil {
		p.Guard = *s.Info.Guard
	}
	schema, err := confschema.Read(text)
	if err != nil {
		return err
	}
	v := Version{Version: s.Info.Version}
	if schema != nil {
		canonical, err := json.Marshal(schema) // with the keys in order
		if err != nil {
			return err
		}
		sum := sha256.Sum256(canonical)
		v.Schema = "sha256:" + hex.EncodeToString(sum[:])
		p.Fields = fields(nil, "", schema, 0)
	}
	p.Versions = []Version{v}
	return nil
}

// maxDepth bounds how deep fields lie inside each other.
const maxDepth = 20

// fields adds those of a schema, each before those inside it.
func fields(all []Field, prefix string, schema map[string]any, depth int) []Field {
	if depth > maxDepth || len(all) >= maxFields {
		return all
	}
	if items, ok := schema["items"].(map[string]any); ok {
		all = fields(all, prefix+"[]", items, depth+1)
	}
	properties, _ := schema["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		below, ok := properties[name].(map[string]any)
		if !ok || len(all) >= maxFields {
			continue
		}
		full := name
		if prefix != "" {
			full = prefix + "." + name
		}
		description, _ := below["description"].(string)
		all = fields(append(all, Field{full, description}), full, below, depth+1)
	}
	return all
}
