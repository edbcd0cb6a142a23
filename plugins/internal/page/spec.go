package page

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/sdk/config/schema"
)

// spec is what stands in a spec.yaml before the schema: the metadata that Higress'
// console reads, and the place in the chain.
type spec struct {
	APIVersion string `json:"apiVersion"`
	Info       struct {
		Category, Name, Title, Description, Version string

		// Guard is for the catalogue: it overrides what the category says.
		Guard *bool `json:"x-guard"`
	} `json:"info"`
	Spec struct {
		Phase    string `json:"phase"`
		Priority int    `json:"priority"`
	} `json:"spec"`
}

// order is what a README says under Order.
func (s spec) order() string {
	return fmt.Sprintf("Phase `%s`, priority %d.", s.Spec.Phase, s.Spec.Priority)
}

// schemaLine begins the part that is generated.
const schemaLine = "  configSchema:\n"

func checkSpec(t *testing.T, name string, s *schema.Schema, update bool) (found spec) {
	t.Helper()
	file, err := os.ReadFile("spec.yaml")
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(file), schemaLine)
	whole := head + schemaLine + indent(string(s.CRD()))
	if update {
		if err := os.WriteFile("spec.yaml", []byte(whole), 0o644); err != nil { //nolint:gosec // a file of the repository
			t.Fatal(err)
		}
	} else if string(file) != whole {
		t.Errorf("spec.yaml: the schema is an old one; run: SLUICE_UPDATE=1 go test -run %s", t.Name())
	}
	if err := yaml.UnmarshalStrict([]byte(head), &found); err != nil {
		t.Fatalf("spec.yaml: %v", err)
	}
	i := found.Info
	if i.Name != name || i.Category == "" || i.Title == "" || i.Description == "" || i.Version == "" {
		t.Errorf("spec.yaml: info needs category, name %q, title, description and version; it is %+v", name, i)
	}
	switch found.Spec.Phase {
	case "AUTHN", "AUTHZ", "STATS", "UNSPECIFIED_PHASE":
	default:
		t.Errorf("spec.yaml: no phase %q", found.Spec.Phase)
	}
	return found
}

// indent moves lines under configSchema.
func indent(text string) string {
	var b strings.Builder
	for _, line := range strings.SplitAfter(text, "\n") {
		if strings.TrimSpace(line) != "" {
			b.WriteString("    ")
		}
		b.WriteString(line)
	}
	return b.String()
}
