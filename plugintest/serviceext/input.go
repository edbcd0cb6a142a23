package serviceext

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/sluiceproxy/sluice/host"
)

// headers are what a phase sees: the fields one by one, or a head of HTTP/1.1.
// Fields that are there more than once are joined with commas.
func (i *Input) headers(dir string, kind host.MapType) (*host.HeaderMap, error) {
	text := i.Content
	if i.File != "" {
		var err error
		file := i.File
		if !filepath.IsAbs(file) {
			file = filepath.Join(dir, file)
		}
		if text, err = read(file); err != nil {
			return nil, err
		}
	}
	var fields []Header
	if text == "" {
		fields = i.Header
	} else {
		var err error
		if fields, err = head(text, kind == host.MapRequestHeaders); err != nil {
			return nil, err
		}
	}
	m := host.NewHeaderMap(kind, len(fields))
	for _, f := range fields {
		if old, ok := m.Get(f.Key); ok {
			m.Set(f.Key, old+", "+f.Value)
			continue
		}
		m.Add(f.Key, f.Value)
	}
	return m, nil
}

// head reads the head of a request or response.
func head(text string, request bool) (fields []Header, err error) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if request {
		fields, err = requestLine(lines[0])
	} else {
		fields, err = statusLine(lines[0])
	}
	if err != nil {
		return nil, err
	}
	absolute := len(fields) == 4
	for _, line := range lines[1:] {
		if line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return nil, fmt.Errorf("no header: %q", line)
		}
		if name = strings.ToLower(name); name == "host" && request {
			if absolute {
				continue // the URL says it
			}
			name = ":authority"
		}
		fields = append(fields, Header{name, strings.Trim(value, " \t")})
	}
	return fields, nil
}

// requestLine makes pseudo headers of a line such as "GET /a HTTP/1.1". Where the
// target is a whole URL they have scheme and authority.
func requestLine(line string) ([]Header, error) {
	f := strings.Fields(line)
	if len(f) != 3 || !strings.HasPrefix(f[2], "HTTP/") {
		return nil, fmt.Errorf("no request line: %q", line)
	}
	if strings.HasPrefix(f[1], "/") {
		return []Header{{":method", f[0]}, {":path", f[1]}}, nil
	}
	u, err := url.Parse(f[1])
	if err != nil || u.Scheme == "" || u.Host == "" {
		return nil, fmt.Errorf("no path and no URL: %q", f[1])
	}
	return []Header{{":method", f[0]}, {":scheme", u.Scheme}, {":path", u.RequestURI()}, {":authority", u.Host}}, nil
}

func statusLine(line string) ([]Header, error) {
	f := strings.SplitN(line, " ", 3)
	if len(f) < 2 || !strings.HasPrefix(f[0], "HTTP/") || len(f[1]) != 3 || strings.Trim(f[1], "0123456789") != "" {
		return nil, fmt.Errorf("no status line: %q", line)
	}
	return []Header{{":status", f[1]}}, nil
}
