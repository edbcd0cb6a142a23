package cases

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/plugintest"
)

// over is what holds for a case: its own words, and those of its file where it
// has none. Maps are joined.
func (s Setup) over(file Setup) Setup {
	if s.Config == nil && s.ConfigFile == "" {
		s.Config, s.ConfigFile = file.Config, file.ConfigFile
	}
	if s.Engines == nil {
		s.Engines = file.Engines
	}
	if s.HTTP2 == nil {
		s.HTTP2 = file.HTTP2
	}
	for _, p := range []struct{ own, file *string }{
		{&s.PluginName, &file.PluginName}, {&s.Route, &file.Route}, {&s.Cluster, &file.Cluster}, {&s.Clock, &file.Clock},
	} {
		if *p.own == "" {
			*p.own = *p.file
		}
	}
	s.Clusters = join(file.Clusters, s.Clusters)
	s.Redis = join(file.Redis, s.Redis)
	s.Properties = join(file.Properties, s.Properties)
	s.AllowLogs = append(slices.Clone(file.AllowLogs), s.AllowLogs...)
	return s
}

func join[V any](a, b map[string]V) map[string]V {
	all := maps.Clone(a)
	if all == nil {
		return b
	}
	maps.Copy(all, b)
	return all
}

// plugin is what is tested, in its surroundings.
func (s *Setup) plugin(dir string, m plugintest.Module, coverage func([]byte)) (plugintest.Plugin, error) {
	config, err := s.config(dir)
	if err != nil {
		return plugintest.Plugin{}, err
	}
	clock, err := s.clock()
	return plugintest.Plugin{
		Module: m, Config: config, Name: s.PluginName, Route: s.Route, Upstream: s.Cluster,
		HTTP2:    s.HTTP2 != nil && *s.HTTP2,
		Clusters: slices.Sorted(maps.Keys(s.Clusters)), Redis: slices.Sorted(maps.Keys(s.Redis)),
		Clock: clock, Coverage: coverage, Properties: s.Properties,
	}, err
}

func (s *Setup) config(dir string) (string, error) {
	if s.ConfigFile == "" {
		if s.Config == nil {
			return "", nil
		}
		return string(*s.Config), nil
	}
	data, err := readBounded(filepath.Join(dir, s.ConfigFile))
	if err != nil {
		return "", fmt.Errorf("configFile: %w", err)
	}
	if ext := filepath.Ext(s.ConfigFile); ext == ".yaml" || ext == ".yml" {
		if data, err = yaml.YAMLToJSON(data); err != nil {
			return "", fmt.Errorf("configFile %s: %w", s.ConfigFile, err)
		}
	}
	return string(data), nil
}

// script makes the fake services answer.
func (s *Setup) script(gw *plugintest.Gateway, dir string) error {
	for name, a := range s.Clusters {
		answer, err := a.answer(dir)
		if err != nil {
			return fmt.Errorf("cluster %s: %w", name, err)
		}
		gw.Cluster(name).Answer(answer)
	}
	for name, replies := range s.Redis {
		gw.Redis(name).AnswerFunc(answerer(replies))
	}
	for _, text := range s.AllowLogs {
		gw.AllowLog(text)
	}
	return nil
}

// answerer answers commands with the first reply that matches, whose values it
// gives in turns. Without one the answer is an error.
func answerer(replies []Reply) func(command []string) any {
	var mu sync.Mutex
	given := make([]int, len(replies))
	patterns := make([]*regexp.Regexp, len(replies))
	for i, r := range replies {
		if r.Command != "" {
			patterns[i] = regexp.MustCompile("(?is)^(?:" + r.Command + ")$") // Load has compiled it
		}
	}
	return func(command []string) any {
		mu.Lock()
		defer mu.Unlock()
		line := strings.Join(command, " ")
		for i, r := range replies {
			if patterns[i] != nil && !patterns[i].MatchString(line) {
				continue
			}
			if len(r.Values) == 0 {
				return plugintest.Status("OK")
			}
			v := r.Values[min(given[i], len(r.Values)-1)]
			given[i]++
			return v.Value
		}
		return fmt.Errorf("ERR no entry of the case's redis matches %q", line)
	}
}

// body is a body of the file or of another one.
func body(dir string, text Text, file string) (string, error) {
	if file == "" {
		return string(text), nil
	}
	b, err := readBounded(filepath.Join(dir, file))
	return string(b), err
}

func (a *Answer) answer(dir string) (plugintest.Answer, error) {
	text, err := body(dir, a.Body, a.BodyFile)
	return plugintest.Answer{
		Status: a.Status, Headers: plugintest.Headers(a.Headers), Body: text, Chunks: texts(a.Chunks),
		Trailers: plugintest.Headers(a.Trailers), Delay: a.Delay.duration(), Reset: a.Reset.point(),
	}, err
}

func (r *Request) request(dir string) (plugintest.Request, error) {
	if r == nil {
		return plugintest.Request{}, nil
	}
	text, err := body(dir, r.Body, r.BodyFile)
	return plugintest.Request{
		Method: r.Method, Path: r.Path, Host: r.Host, Headers: plugintest.Headers(r.Headers), Body: text,
		Chunks: texts(r.Chunks), Trailers: plugintest.Headers(r.Trailers), HTTP2: r.HTTP2, Patience: r.Patience.duration(),
	}, err
}

func texts(list []Text) (out []string) {
	for _, t := range list {
		out = append(out, string(t))
	}
	return out
}
