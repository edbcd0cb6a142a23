// Package spec is what a configuration's Go type says about its JSON: names,
// kinds, bounds, defaults. It is made from struct tags, once.
package spec

import "reflect"

// Kind is what a value looks like in JSON, and what it becomes.
type Kind uint8

// Kinds of values.
const (
	String   Kind = iota
	Bool          //
	Int           // of Type's size
	Uint          //
	Float         //
	Duration      // a string such as "500ms"; with Node.Unit also a number
	Bytes         // []byte, a string in base64
	Text          // a string for UnmarshalText
	Raw           // whatever it is, for UnmarshalJSON
	Result        // whatever it is, as a gjson.Result
	Any           // whatever it is, as an interface
	List          //
	Map           //
	Struct        //
)

// Node is one value.
type Node struct {
	Kind    Kind
	Type    reflect.Type // without the pointer
	Pointer bool         // Go has a pointer to Type; null leaves it nil
	Secret  bool         // never shown
	Checked bool         // *Type has Validate
	Elem    *Node        // of List and Map
	Object  *Object      // of Struct
	Unit    string       // of Duration: what a number counts, "" refuses numbers
	Bounds
}

// Bounds are what a value must keep to, zero where there is none.
type Bounds struct {
	Min, Max             *Bound
	MinLength, MaxLength *int // characters, of strings
	MinItems, MaxItems   *int // of lists and maps
	Enum                 []string
	Pattern              Pattern
}

// Object is a struct type. Types that contain themselves have one Object.
type Object struct {
	Type     reflect.Type
	Fields   []*Field // in the order of the source, embedded ones in their place
	Embedded [][]int  // indexes of embedded structs that have Validate
	byName   map[string]int
}

// Field is one key of an object.
type Field struct {
	Name        string
	GoName      string
	Index       []int // for reflect's FieldByIndex
	Description string
	Required    bool
	Default     []byte // JSON, nil without
	Example     []byte // JSON, nil without
	Node        *Node
}

// Root is the value that a whole configuration is.
func (o *Object) Root() *Node {
	return &Node{Kind: Struct, Type: o.Type, Object: o, Checked: reflect.PointerTo(o.Type).Implements(reflect.TypeFor[Validator]())}
}

// Find returns the index of the field with a JSON name, -1 if there is none.
func (o *Object) Find(name string) int {
	if i, ok := o.byName[name]; ok {
		return i
	}
	return -1
}

// Needs reports whether an empty object is refused for want of a key.
func (o *Object) Needs() bool {
	for _, f := range o.Fields {
		if f.Required {
			return true
		}
	}
	return false
}

// Machinery reports whether a key at the top of a configuration belongs to the
// rules, and not to the plugin.
func Machinery(key string) bool {
	switch {
	case key == RulesKey || key == PluginIDKey:
		return true
	case len(key) <= len(matchPrefix) || key[:len(matchPrefix)] != matchPrefix:
		return false
	}
	return key[len(key)-1] == '_'
}

// Keys of the rules.
const (
	RulesKey    = "_rules_"
	PluginIDKey = "_plugin_id_"
	matchPrefix = "_match_"
)
