package kube

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Object is one resource, as it is sent or as a cluster has it.
type Object struct {
	// Kind is which of those that run plugins.
	Kind wasmplugin.Kind

	u *unstructured.Unstructured
}

// ParseObject reads one resource in YAML or JSON.
func ParseObject(text []byte) (*Object, error) {
	all, err := ParseObjects(text)
	if err == nil && len(all) != 1 {
		err = fmt.Errorf("there are %d resources, want one", len(all))
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// ParseObjects reads the documents of a YAML or JSON text.
func ParseObjects(text []byte) ([]*Object, error) {
	var all []*Object
	d := yamlutil.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var raw runtime.RawExtension
		err := d.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if len(bytes.TrimSpace(raw.Raw)) == 0 || string(raw.Raw) == "null" {
			continue
		}
		// Numbers stay what they are: an API server tells 1 from 1.0.
		u := &unstructured.Unstructured{}
		if err := u.UnmarshalJSON(raw.Raw); err != nil {
			return nil, err
		}
		o, err := newObject(u)
		if err != nil {
			return nil, err
		}
		all = append(all, o)
	}
}

func newObject(u *unstructured.Unstructured) (*Object, error) {
	kind, ok := kindOf(u.GetAPIVersion(), u.GetKind())
	switch {
	case !ok:
		return nil, fmt.Errorf("%s %s is no kind of resource that runs plugins", u.GetAPIVersion(), u.GetKind())
	case u.GetName() == "":
		return nil, fmt.Errorf("the %s has no name", u.GetKind())
	}
	return &Object{Kind: kind, u: u}, nil
}

// Name and Namespace are the object's.
func (o *Object) Name() string { return o.u.GetName() }

// Namespace is the object's, "" where it names none.
func (o *Object) Namespace() string { return o.u.GetNamespace() }

// ResourceVersion changes with every write. It is "" in what no cluster sent.
func (o *Object) ResourceVersion() string { return o.u.GetResourceVersion() }

// Generation counts the changes of what the object asks for. It is 0 in what no
// cluster sent.
func (o *Object) Generation() int64 { return o.u.GetGeneration() }

// Annotation is one of the object's.
func (o *Object) Annotation(name string) string { return o.u.GetAnnotations()[name] }

// Annotate is the object with further annotations; those with "" are taken away.
func (o *Object) Annotate(with map[string]string) *Object {
	o = o.copy()
	all := o.u.GetAnnotations()
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, with)
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	if len(all) == 0 {
		unstructured.RemoveNestedField(o.u.Object, "metadata", "annotations")
	} else {
		o.u.SetAnnotations(all)
	}
	return o
}

// In is the object in a namespace.
func (o *Object) In(namespace string) *Object {
	o = o.copy()
	o.u.SetNamespace(namespace)
	return o
}

// String is the kind, the namespace and the name.
func (o *Object) String() string {
	return objectName(o.Kind, o.Namespace(), o.Name())
}

// objectName is how messages name an object.
func objectName(kind wasmplugin.Kind, namespace, name string) string {
	_, word, _ := resourceOf(kind)
	if kind == wasmplugin.Higress {
		word = "Higress " + word
	}
	if namespace != "" {
		name = namespace + "/" + name
	}
	return word + " " + name
}

// YAML is the object as a file has it: without what only a cluster writes.
func (o *Object) YAML() ([]byte, error) {
	return yaml.Marshal(plain(o.u.Object))
}

// JSON is as YAML.
func (o *Object) JSON() ([]byte, error) { return json.Marshal(plain(o.u.Object)) }

func (o *Object) copy() *Object { return &Object{Kind: o.Kind, u: o.u.DeepCopy()} }

// clusterOnly are the fields of metadata that a cluster writes.
var clusterOnly = [...]string{"managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink"}

// plain is an object without what only a cluster writes.
func plain(fields map[string]any) map[string]any {
	fields = (&unstructured.Unstructured{Object: fields}).DeepCopy().Object
	delete(fields, "status")
	if meta, ok := fields["metadata"].(map[string]any); ok {
		for _, name := range clusterOnly {
			delete(meta, name)
		}
	}
	return fields
}
