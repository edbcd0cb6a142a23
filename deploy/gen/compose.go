package gen

import (
	"fmt"
	"net"
	"path"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Compose says what else runs beside Envoy.
type Compose struct {
	Gateway
	// Image is Envoy's, default docker.io/envoyproxy/envoy:v1.40-latest.
	Image string
}

// DefaultImage is the Envoy that a compose file starts.
const DefaultImage = "docker.io/envoyproxy/envoy:v1.40-latest"

// Modules is where the container has the modules.
const Modules = "/etc/envoy/plugins"

// ComposeFiles renders docker-compose.yaml and envoy.yaml. The modules are to lie
// in the directory "plugins" beside them, under the names that end the plugins'
// paths. Without an upstream and routes, httpbin is started and gets the requests.
func ComposeFiles(ps []Plugin, c Compose) ([]File, []wasmplugin.Warning, error) {
	ordered, err := order(ps)
	if err != nil {
		return nil, nil, err
	}
	for i, p := range ordered {
		ordered[i].Path = path.Join(Modules, path.Base(strings.ReplaceAll(p.Path, `\`, "/")))
	}
	filters, err := filters(ordered)
	if err != nil {
		return nil, nil, err
	}
	port, err := c.publish()
	if err != nil {
		return nil, nil, err
	}
	httpbin := c.Upstream == "" && len(c.Routes) == 0
	if httpbin {
		c.Upstream = "httpbin:80"
	}
	y, err := c.render(filters, "Envoy's configuration in the container that docker-compose.yaml starts; made by sluice gen compose.\nEnvoy reads it once: after an edit, docker compose restart envoy.")
	if err != nil {
		return nil, nil, err
	}
	services, err := document("Envoy with Wasm plugins; made by sluice gen compose.\nStart: docker compose up", c.services(port, httpbin))
	return []File{{"docker-compose.yaml", services}, {"envoy.yaml", y}}, unlimited(ordered), err
}

// publish moves the listener to all addresses of the container, and tells which
// port of the machine leads to it.
func (c *Compose) publish() (string, error) {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:10000"
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil || port == "0" || port == "" {
		return "", fmt.Errorf("address to listen on: %q is no address and port", c.Listen)
	}
	c.Listen = "0.0.0.0:" + port
	if host == "localhost" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port) + ":" + port, nil
}

func (c *Compose) services(port string, httpbin bool) obj {
	image := c.Image
	if image == "" {
		image = DefaultImage
	}
	e := obj{
		"image":             "${ENVOY_IMAGE:-" + image + "}",
		"entrypoint":        "/usr/local/bin/envoy",
		"command":           "-c /etc/envoy/envoy.yaml --component-log-level wasm:debug",
		"ports":             []string{port},
		"volumes":           []string{"./envoy.yaml:/etc/envoy/envoy.yaml:ro", "./plugins:" + Modules + ":ro"},
		"stop_grace_period": "2s",
	}
	services := obj{"envoy": e}
	if httpbin {
		e["depends_on"] = []string{"httpbin"}
		services["httpbin"] = obj{
			"image":             "${HTTPBIN_IMAGE:-docker.io/mccutchen/go-httpbin:latest}",
			"environment":       obj{"PORT": "80"},
			"stop_grace_period": "2s",
		}
	}
	return obj{"services": services}
}
