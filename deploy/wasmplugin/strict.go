package wasmplugin

import (
	"bytes"
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"istio.io/api/extensions/v1alpha1"
	client "istio.io/client-go/pkg/apis/extensions/v1alpha1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// strict decodes a resource of Istio into Istio's own types, which refuses a
// field or a word that they don't have. What is written is not what the types
// would write, because they hold a configuration's numbers as float64.
func strict(resource []byte, kind Kind) error {
	var spec proto.Message
	switch kind {
	case Istio:
		if err := json.Unmarshal(resource, &client.WasmPlugin{}); err != nil {
			return fmt.Errorf("the types of Istio refuse it: %w", err)
		}
		spec = &v1alpha1.WasmPlugin{}
	case TrafficExtension:
		spec = &v1alpha1.TrafficExtension{}
	default:
		return nil
	}
	var parts struct {
		meta.TypeMeta
		Metadata meta.ObjectMeta `json:"metadata"`
		Spec     json.RawMessage `json:"spec"`
	}
	d := json.NewDecoder(bytes.NewReader(resource))
	d.DisallowUnknownFields()
	if err := d.Decode(&parts); err != nil {
		return fmt.Errorf("the types of Kubernetes refuse it: %w", err)
	}
	if err := protojson.Unmarshal(parts.Spec, spec); err != nil {
		return fmt.Errorf("the types of Istio refuse it: %w", err)
	}
	return nil
}
