package properties

import "errors"

// EnvoyTrafficDirection is the direction of a listener's traffic.
type EnvoyTrafficDirection int

const (
	// EnvoyTrafficDirectionUnspecified is a listener that doesn't say.
	EnvoyTrafficDirectionUnspecified EnvoyTrafficDirection = iota
	// EnvoyTrafficDirectionInbound is traffic to the workload.
	EnvoyTrafficDirectionInbound
	// EnvoyTrafficDirectionOutbound is traffic from the workload.
	EnvoyTrafficDirectionOutbound
)

// String returns the direction as Envoy writes it.
func (t EnvoyTrafficDirection) String() string {
	switch t {
	case EnvoyTrafficDirectionInbound:
		return "INBOUND"
	case EnvoyTrafficDirectionOutbound:
		return "OUTBOUND"
	}
	return "UNSPECIFIED"
}

// GetListenerDirection reads listener_direction.
func GetListenerDirection() (EnvoyTrafficDirection, error) {
	n, err := number("listener_direction")
	return EnvoyTrafficDirection(n), err
}

// EnvoyLocality says where a node is.
type EnvoyLocality struct {
	Region  string
	Zone    string
	Subzone string
}

// GetNodeLocality reads what is below node.locality. It fails where there is
// nothing.
func GetNodeLocality() (EnvoyLocality, error) {
	var l EnvoyLocality
	var errs [3]error
	l.Region, errs[0] = text("node", "locality", "region")
	l.Zone, errs[1] = text("node", "locality", "zone")
	l.Subzone, errs[2] = text("node", "locality", "subzone")
	if errs[0] != nil && errs[1] != nil && errs[2] != nil {
		return l, errors.Join(errs[:]...)
	}
	return l, nil
}

// EnvoyExtension is an extension that the node has.
type EnvoyExtension struct {
	Name     string
	Category string
	TypeUrls []string
}

// GetNodeExtensions reads node.extensions.
func GetNodeExtensions() ([]EnvoyExtension, error) {
	list, err := texts("node", "extensions")
	if err != nil {
		return []EnvoyExtension{}, err
	}
	extensions := make([]EnvoyExtension, 0, len(list))
	for _, one := range list {
		fields, ok := decodeFields([]byte(one))
		if !ok {
			return extensions, malformed([]string{"node", "extensions"})
		}
		extensions = append(extensions, extension(fields))
	}
	return extensions, nil
}

func extension(fields []string) (e EnvoyExtension) {
	if len(fields) > 0 {
		e.Name = fields[0]
	}
	if len(fields) > 1 {
		e.Category = fields[1]
	}
	if len(fields) > 2 {
		e.TypeUrls = fields[2:]
	}
	return e
}

// GetNodeClientFeatures reads node.client_features.
func GetNodeClientFeatures() ([]string, error) {
	path := []string{"node", "client_features"}
	b, err := read(path)
	if err != nil {
		return []string{}, err
	}
	features, ok := decodeFields(b)
	if !ok {
		return []string{}, malformed(path)
	}
	return features, nil
}
