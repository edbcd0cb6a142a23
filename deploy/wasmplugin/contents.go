package wasmplugin

// Contents is what files hold.
type Contents struct {
	// Plugins are in the order of the files, and there in that of the documents.
	Plugins []Plugin
	// Skipped are resources that run no plugin.
	Skipped []Skipped
	// Warnings are about what is taken otherwise than it may be meant.
	Warnings []Warning
}

// Skipped is a resource that runs no plugin.
type Skipped struct {
	// Source is where it was read, as file:line.
	Source string
	// APIVersion, Kind and Name are the resource's.
	APIVersion, Kind, Name string
	// Reason says why it is skipped.
	Reason string
}

// Warning is something that deserves a look and stops nothing.
type Warning struct {
	// Source is where it was read, as file:line, "" in what Write returns.
	Source string
	// Resource is "KIND NAMESPACE/NAME".
	Resource string
	// Path is the field's.
	Path string
	// Text says what happens.
	Text string
}

// String is source, resource, path and text.
func (w Warning) String() string {
	text := w.Text
	if w.Path != "" {
		text = w.Path + ": " + text
	}
	if w.Source != "" {
		return w.Source + ": " + text
	}
	return w.Resource + ": " + text
}

func (c *Contents) add(o *Contents) {
	c.Plugins = append(c.Plugins, o.Plugins...)
	c.Skipped = append(c.Skipped, o.Skipped...)
	c.Warnings = append(c.Warnings, o.Warnings...)
}
