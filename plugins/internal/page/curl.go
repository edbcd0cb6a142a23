package page

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/plugintest"
)

// base is where the pages' gateway listens.
const base = "http://127.0.0.1:10000"

// curl makes the request that a curl command sends. Options that it does not
// know are an error.
func curl(command string) (plugintest.Request, error) {
	words, err := split(command)
	if err != nil || len(words) < 2 || words[0] != "curl" {
		return plugintest.Request{}, fmt.Errorf("%q is no curl command: %w", command, err)
	}
	c := &call{}
	for rest := words[1:]; len(rest) > 0; {
		if rest, err = c.take(rest); err != nil {
			return plugintest.Request{}, fmt.Errorf("%s: %w", command, err)
		}
	}
	if c.url == "" {
		return plugintest.Request{}, fmt.Errorf("%s: no URL", command)
	}
	return c.request()
}

// call are a command's options.
type call struct {
	url, method, body string
	headers           plugintest.Headers
	hasBody, json     bool
	http2             bool
}

// take reads one option, or the URL.
func (c *call) take(words []string) (rest []string, err error) {
	switch word := words[0]; word {
	case "-s", "-i", "-v", "-sS", "--globoff", "-g", "--path-as-is":
		return words[1:], nil
	case "-I", "--head":
		c.method = "HEAD"
		return words[1:], nil
	case "--http2-prior-knowledge":
		c.http2 = true
		return words[1:], nil
	case "-H", "--header", "-u", "--user", "-d", "--data", "--data-raw", "--data-binary", "--json", "-X", "--request":
		if len(words) < 2 {
			return nil, fmt.Errorf("%s needs a value", word)
		}
		return words[2:], c.value(word, words[1])
	default:
		if strings.HasPrefix(word, "-") || c.url != "" {
			return nil, fmt.Errorf("the test does not know %q", word)
		}
		c.url = word
		return words[1:], nil
	}
}

// value takes an option with a value.
func (c *call) value(option, value string) error {
	switch option {
	case "-X", "--request":
		c.method = value
	case "-u", "--user":
		c.headers = append(c.headers, [2]string{"authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(value))})
	case "-H", "--header":
		name, text, ok := strings.Cut(value, ":")
		if !ok {
			return fmt.Errorf("%q is no header", value)
		}
		c.headers = append(c.headers, [2]string{strings.ToLower(name), strings.TrimSpace(text)})
	default:
		if strings.HasPrefix(value, "@") || c.hasBody {
			return errors.New("one body, and no file, is what the test knows")
		}
		c.body, c.hasBody, c.json = value, true, option == "--json"
	}
	return nil
}

// request adds what curl adds by itself.
func (c *call) request() (plugintest.Request, error) {
	path, ok := strings.CutPrefix(c.url, base)
	if !ok {
		return plugintest.Request{}, fmt.Errorf("%s: want %s in front", c.url, base)
	}
	if path == "" || path[0] == '?' {
		path = "/" + path
	}
	r := plugintest.Request{Method: c.method, Path: path, Host: "127.0.0.1:10000", Body: c.body, HTTP2: c.http2}
	if r.Method == "" && c.hasBody {
		r.Method = "POST"
	}
	for _, h := range c.headers {
		if h[0] == "host" {
			r.Host = h[1]
			continue
		}
		r.Headers = append(r.Headers, h)
	}
	add := func(name, value string) {
		if _, given := r.Headers.Lookup(name); !given {
			r.Headers = append(r.Headers, [2]string{name, value})
		}
	}
	add("user-agent", "curl/8.14.1")
	add("accept", map[bool]string{true: "application/json", false: "*/*"}[c.json])
	if c.hasBody {
		add("content-type", map[bool]string{true: "application/json", false: "application/x-www-form-urlencoded"}[c.json])
	}
	return r, nil
}

// split takes a command apart as a shell does: spaces, single and double quotes.
// What else a shell would look at is an error.
func split(command string) (words []string, err error) {
	word, open, quote := "", false, byte(0)
	for i := 0; i < len(command); i++ {
		c := command[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, open = c, true
		case quote == 0 && c == ' ':
			if open {
				words, word, open = append(words, word), "", false
			}
		case quote != '\'' && strings.IndexByte("$`\\", c) >= 0, quote == 0 && strings.IndexByte("&;|<>()*?[]#~!{}", c) >= 0:
			return nil, fmt.Errorf("a shell would not take %q as it is: quote it", c)
		default:
			word, open = word+string(c), true
		}
	}
	if quote != 0 {
		return nil, errors.New("a quote is not closed")
	}
	if open {
		words = append(words, word)
	}
	return words, nil
}
