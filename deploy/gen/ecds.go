package gen

import (
	"errors"
	"fmt"
	"path"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// Source is where an Envoy gets resources from.
type Source string

// The sources.
const (
	FromFile Source = "file" // a file that Envoy watches
	FromADS  Source = "ads"  // the stream that its bootstrap names
	FromGRPC Source = "grpc" // a control plane that is one of its clusters
)

// Sources are all of them.
func Sources() []Source { return []Source{FromFile, FromADS, FromGRPC} }

// Discovery says how an Envoy gets the plugins.
type Discovery struct {
	// Source is where from, default FromFile.
	Source Source
	// Dir is the directory in which Envoy finds the files that were rendered, as
	// an absolute path. Only for FromFile.
	Dir string
	// Cluster is the name of the control plane's cluster, default "xds_cluster".
	// Only for FromGRPC.
	Cluster string
}

// ECDS renders the resources of the extension configuration discovery service,
// one file NAME.yaml each, and http_filters.yaml, the filters that ask for them:
// for the http_filters of one's own Envoy, above the router. The files of the
// resources are those that Envoy watches with FromFile; otherwise a control plane
// is to send what is in them.
func ECDS(ps []Plugin, d Discovery) ([]File, []wasmplugin.Warning, error) {
	ordered, err := order(ps)
	if err != nil {
		return nil, nil, err
	}
	var files []File
	var chain []obj
	for _, p := range ordered {
		file := p.name + ".yaml"
		if file == filtersFile {
			return nil, nil, fmt.Errorf("%s: the file of a plugin can't be called %s; rename it", p.Spec.ID(), file)
		}
		source, err := d.source(file)
		if err != nil {
			return nil, nil, err
		}
		if p.Path == "" {
			return nil, nil, fmt.Errorf("%s: where Envoy finds its module is not known", p.Spec.ID())
		}
		y, err := p.discovered(d.how())
		if err != nil {
			return nil, nil, err
		}
		files = append(files, File{file, y})
		chain = append(chain, obj{"name": p.name, "config_discovery": obj{"config_source": source, "type_urls": remote.TypeURLs()}})
	}
	y, err := document("For http_filters of the HTTP connection manager, above envoy.filters.http.router.", chain)
	return append(files, File{filtersFile, y}), unlimited(ordered), err
}

const filtersFile = "http_filters.yaml"

// how says what is to be done with the file of a resource.
func (d Discovery) how() string {
	if d.Source == FromFile || d.Source == "" {
		return "Replace this file by a rename; Envoy takes what it can use, and keeps the old one otherwise."
	}
	return "For the control plane to serve, as an extension configuration (ECDS)."
}

// discovered renders the file of a resource.
func (p named) discovered(comment string) ([]byte, error) {
	r, err := p.resource()
	if err != nil {
		return nil, err
	}
	r["@type"] = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig"
	return document(comment, obj{"resources": []obj{r}})
}

func (d Discovery) source(file string) (obj, error) {
	switch d.Source {
	case FromFile, "":
		if !path.IsAbs(d.Dir) {
			return nil, fmt.Errorf("the directory of the files is %q; want an absolute path, which Envoy watches", d.Dir)
		}
		return obj{"resource_api_version": "V3", "path_config_source": obj{"path": path.Join(d.Dir, file)}}, nil
	case FromADS:
		return obj{"resource_api_version": "V3", "initial_fetch_timeout": "0s", "ads": obj{}}, nil
	case FromGRPC:
		cluster := d.Cluster
		if cluster == "" {
			cluster = "xds_cluster"
		}
		return obj{"resource_api_version": "V3", "initial_fetch_timeout": "0s", "api_config_source": obj{
			"api_type": "GRPC", "transport_api_version": "V3", "set_node_on_first_message_only": true,
			"grpc_services": []obj{{"envoy_grpc": obj{"cluster_name": cluster}}},
		}}, nil
	}
	return nil, errors.New("the source is none of file, ads, grpc")
}
