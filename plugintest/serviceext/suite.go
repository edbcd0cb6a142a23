package serviceext

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/sluiceproxy/sluice/plugintest/textpb"
)

// Suite is a file of cases.
type Suite struct {
	Env  Env    `pb:"env"`
	Test []Test `pb:"test"`

	// Path is where the file was read.
	Path string
}

// Level is the name of a log level: TRACE to CRITICAL.
type Level string

// Env says what is around the plugin. What is about benchmarks is read and not
// used, and so is WasmPath: which plugin is tested is the caller's to say.
type Env struct {
	TestPath   string  `pb:"test_path"`
	WasmPath   string  `pb:"wasm_path"`
	ConfigPath string  `pb:"config_path"`
	LogLevel   Level   `pb:"log_level"`
	LogPath    string  `pb:"log_path"`
	TimeSecs   *uint64 `pb:"time_secs"`
	Streams    *uint64 `pb:"num_additional_streams"`
	Advance    *uint64 `pb:"additional_stream_advance_rate"`
}

// Test is a case: an exchange, callback by callback. A name that another case has
// gets its line.
type Test struct {
	Name            string       `pb:"name"`
	Benchmark       bool         `pb:"benchmark"`
	NumChunks       *int64       `pb:"num_chunks"`
	ChunkSize       *int64       `pb:"chunk_size"`
	Properties      []Property   `pb:"properties"`
	RequestHeaders  *Invocation  `pb:"request_headers"`
	RequestBody     []Invocation `pb:"request_body"`
	ResponseHeaders *Invocation  `pb:"response_headers"`
	ResponseBody    []Invocation `pb:"response_body"`
	PluginInit      Expectation  `pb:"plugin_init"`
	StreamInit      Expectation  `pb:"stream_init"`
	StreamDestroy   Expectation  `pb:"stream_destroy"`

	// Line is where it is in its file.
	Line int
}

// Property is a property of the exchange.
type Property struct {
	Path  string `pb:"path"`
	Value string `pb:"value"`
}

// Invocation is a call of a callback.
type Invocation struct {
	Input  Input       `pb:"input"`
	Result Expectation `pb:"result"`
}

// Input is what the callback sees. Content and File hold headers as HTTP/1.1
// writes them, or a body.
type Input struct {
	Header  []Header `pb:"header"`
	Content string   `pb:"content"`
	File    string   `pb:"file"`
}

// Header is a header field.
type Header struct {
	Key   string `pb:"key"`
	Value string `pb:"value"`
}

// Expectation is what must come of a call.
type Expectation struct {
	HasHeader []Header   `pb:"has_header"`
	NoHeader  []Header   `pb:"no_header"`
	Headers   []Matcher  `pb:"headers"`
	Body      []Matcher  `pb:"body"`
	Immediate *Immediate `pb:"immediate"`
	Log       []Matcher  `pb:"log"`
}

// Immediate is the plugin's own answer.
type Immediate struct {
	HTTPStatus *uint64 `pb:"http_status"`
	GRPCStatus *uint64 `pb:"grpc_status"`
	Details    *string `pb:"details"`
}

// Matcher is what one of several texts must be, or with Invert none.
type Matcher struct {
	Invert bool    `pb:"invert"`
	Exact  *string `pb:"exact"`
	Regex  *string `pb:"regex"`
	File   *string `pb:"file"`
}

// Is reports whether a file is one of these, by its name.
func Is(path string) bool {
	switch filepath.Ext(path) {
	case ".textpb", ".textproto", ".pbtxt", ".txtpb":
		return true
	}
	return false
}

// Find returns the files in a directory that have "test" in their names.
func Find(dir string) (files []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if !e.IsDir() && Is(e.Name()) && strings.Contains(e.Name(), "test") {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, err
}

// maxFile bounds a file.
const maxFile = 4 << 20

// Load reads a file. A field that the format does not have is an error.
func Load(path string) (*Suite, error) {
	text, err := read(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, []byte(text))
}

// Parse is Load of a file that was read.
func Parse(path string, text []byte) (*Suite, error) {
	s := &Suite{Path: path}
	if err := textpb.Unmarshal(text, s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// check looks for what single fields can't tell.
func (s *Suite) check() error {
	var wrong []error
	if _, ok := levels()[s.Env.LogLevel]; !ok {
		wrong = append(wrong, fmt.Errorf("env.log_level: no level %s", s.Env.LogLevel))
	}
	seen := map[string]bool{}
	for i := range s.Test {
		t := &s.Test[i]
		if t.Name == "" {
			t.Name = fmt.Sprintf("test %d", i+1)
		}
		if seen[t.Name] {
			t.Name = fmt.Sprintf("%s (line %d)", t.Name, t.Line)
		}
		seen[t.Name] = true
		if err := t.check(); err != nil {
			wrong = append(wrong, fmt.Errorf("line %d: test %q: %w", t.Line, t.Name, err))
		}
	}
	if len(s.Test) == 0 {
		wrong = append(wrong, errors.New("there is no test"))
	}
	return errors.Join(wrong...)
}

func (t *Test) check() error {
	plan := t.NumChunks != nil || t.ChunkSize != nil
	switch {
	case t.NumChunks != nil && t.ChunkSize != nil:
		return errors.New("num_chunks and chunk_size exclude one another")
	case t.NumChunks != nil && *t.NumChunks < 1, t.ChunkSize != nil && *t.ChunkSize < 1:
		return errors.New("want one chunk at least, of one byte at least")
	case plan && (len(t.RequestBody) > 1 || len(t.ResponseBody) > 1):
		return errors.New("with num_chunks or chunk_size there is one request_body and one response_body at most")
	}
	for _, e := range t.expectations() {
		for _, m := range e.matchers() {
			if err := m.check(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Test) expectations() []*Expectation {
	list := []*Expectation{&t.PluginInit, &t.StreamInit, &t.StreamDestroy}
	for _, i := range []*Invocation{t.RequestHeaders, t.ResponseHeaders} {
		if i != nil {
			list = append(list, &i.Result)
		}
	}
	for _, bodies := range [][]Invocation{t.RequestBody, t.ResponseBody} {
		for i := range bodies {
			list = append(list, &bodies[i].Result)
		}
	}
	return list
}

func (e *Expectation) matchers() (list []Matcher) {
	return append(append(append(list, e.Headers...), e.Body...), e.Log...)
}

func (m Matcher) check() error {
	n := 0
	for _, s := range []*string{m.Exact, m.Regex, m.File} {
		if s != nil {
			n++
		}
	}
	if n != 1 {
		return errors.New("a matcher needs one of exact, regex and file")
	}
	if m.Regex != nil {
		_, err := regexp.Compile(*m.Regex)
		return err
	}
	return nil
}

// read reads a file of at most maxFile bytes.
func read(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = fmt.Errorf("%s has more than %d bytes", path, maxFile)
	}
	return string(b), err
}
