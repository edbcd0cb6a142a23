package plugintest

import native "github.com/sluiceproxy/sluice/sdk/plugintest"

// Headers are header or trailer fields in order; a name can be there more than
// once. Names are compared without case.
type Headers = native.Headers
