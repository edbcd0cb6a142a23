package wasmplugin

// Parse reads the plugins that a file asks for: YAML or JSON, several documents,
// lists of resources. name is the file's, for messages. Resources that run no
// plugin are left out; [Read] tells them.
//
// A file is taken as a whole or not at all: with an error there is no plugin. The
// error holds all problems, see [Problems].
func Parse(name string, data []byte) ([]Plugin, error) {
	c, err := Read(name, data)
	return c.Plugins, err
}

// Read is Parse that tells also what was skipped and what deserves a look.
func Read(name string, data []byte) (*Contents, error) {
	r := &reader{file: name}
	c := &Contents{}
	for _, doc := range r.documents(data) {
		r.resourceOrList(doc, "", c)
	}
	if len(r.problems) > 0 {
		return &Contents{}, r.err()
	}
	err := distinct(c)
	c.Warnings = append(c.Warnings, r.warnings...)
	return c, err
}

// ParseConfig reads a plugin's configuration from a file of its own, one document
// in YAML or JSON, in the form that [Plugin] has it: JSON with sorted keys and
// numbers as they are written. An empty file is nil, no configuration.
func ParseConfig(name string, data []byte) ([]byte, error) {
	r := &reader{file: name}
	docs := r.documents(data)
	if len(docs) > 1 {
		r.fail(docs[1], "", "a second document begins here; want one configuration")
	}
	var config map[string]any
	if len(docs) == 1 {
		r.config(&config)(docs[0], "")
	}
	if config == nil || len(r.problems) > 0 {
		return nil, r.err()
	}
	return canonical(config), nil
}
