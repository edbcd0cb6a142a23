package spec

import (
	"errors"
	"reflect"
	"time"
)

// node describes a value of type t.
func (b *builder) node(t reflect.Type, secret bool) (*Node, error) {
	n := &Node{Type: t, Secret: secret}
	if t.Kind() == reflect.Pointer {
		n.Pointer, n.Type = true, t.Elem()
	}
	n.Checked = reflect.PointerTo(n.Type).Implements(reflect.TypeFor[Validator]())
	return n, b.kind(n)
}

func (b *builder) kind(n *Node) error {
	pointer := reflect.PointerTo(n.Type)
	switch {
	case IsResult(n.Type):
		n.Kind = Result
	case n.Type == reflect.TypeFor[time.Duration]():
		n.Kind = Duration
	case pointer.Implements(reflect.TypeFor[Unmarshaler]()):
		n.Kind = Raw
	case pointer.Implements(reflect.TypeFor[TextUnmarshaler]()):
		n.Kind = Text
	default:
		return b.plain(n)
	}
	return nil
}

// plain is kind for types that are what Go's language says, and no more.
func (b *builder) plain(n *Node) (err error) {
	switch n.Type.Kind() {
	case reflect.String:
		n.Kind = String
	case reflect.Bool:
		n.Kind = Bool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n.Kind = Int
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n.Kind = Uint
	case reflect.Float32, reflect.Float64:
		n.Kind = Float
	case reflect.Slice:
		if n.Type.Elem().Kind() == reflect.Uint8 {
			n.Kind = Bytes
			return nil
		}
		n.Kind = List
		n.Elem, err = b.node(n.Type.Elem(), n.Secret)
	case reflect.Map:
		if n.Type.Key().Kind() != reflect.String {
			return errors.New(n.Type.String() + ": keys of a map must be strings")
		}
		n.Kind = Map
		n.Elem, err = b.node(n.Type.Elem(), n.Secret)
	case reflect.Struct:
		n.Kind = Struct
		n.Object, err = b.object(n.Type)
	case reflect.Interface:
		if n.Type.NumMethod() > 0 {
			return errors.New(n.Type.String() + " can't be read from JSON")
		}
		n.Kind = Any
	default:
		return errors.New(n.Type.String() + " can't be read from JSON")
	}
	return err
}
