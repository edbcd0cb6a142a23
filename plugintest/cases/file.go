package cases

import "github.com/sluiceproxy/sluice/plugintest"

// File is a file of cases. What it says of the plugin holds for each of them.
type File struct {
	Setup `yaml:",inline"`
	// Cases are the cases.
	Cases []Case `yaml:"cases,required" doc:"The cases. Each has a plugin of its own."`

	// Path is where the file was read.
	Path string `yaml:"-"`
}

// Setup is the plugin's configuration and what is around it. A case has what its
// file has, unless it says otherwise itself.
type Setup struct {
	Config     *Config            `yaml:"config" doc:"The plugin's configuration: any YAML, which the plugin gets as JSON, or a text, which it gets as it is."`
	ConfigFile string             `yaml:"configFile" doc:"A file with the configuration, beside this one: .yaml and .yml become JSON, others are given as they are."`
	Engines    []Engine           `yaml:"engines" doc:"The engines to run on. Default: all."`
	PluginName string             `yaml:"pluginName" doc:"The property plugin_name. Default \"plugin\"."`
	Route      string             `yaml:"route" doc:"The route's name. Default \"default\"."`
	Cluster    string             `yaml:"cluster" doc:"The name of upstream's cluster. Default \"backend\"."`
	HTTP2      *bool              `yaml:"http2" doc:"Speak HTTP/2 to upstream, as gRPC needs it."`
	Clusters   map[string]Answer  `yaml:"clusters" doc:"Fake services that the plugin calls, by the name of their cluster, and their answers."`
	Redis      map[string][]Reply `yaml:"redis" doc:"Fake Redis servers by the name of their cluster, and what they answer: the first entry that matches a command."`
	Clock      string             `yaml:"clock" doc:"The time at which the plugin's clock stands still, such as 2030-01-02T03:04:05Z. Engines that can't set it are skipped."`
	Properties map[string]string  `yaml:"properties" doc:"Properties of the exchange, by their path joined with dots. Engines that can't set them are skipped."`
	AllowLogs  []string           `yaml:"allowLogs" doc:"Parts of error lines that may be logged. Any other one fails the case."`
}

// Case is one case: an exchange, or several with the same plugin.
type Case struct {
	Setup `yaml:",inline"`
	// Name is unique in its file.
	Name string `yaml:"name,required" doc:"What the case shows; unique in its file."`
	Skip string `yaml:"skip" doc:"Don't run the case, for this reason."`
	// Refused are texts that the plugin must log when it refuses its
	// configuration. There is no exchange then.
	Refused []string `yaml:"refused" doc:"The plugin must refuse its configuration and log, as an error, a line with each of these texts. The case has no request then."`
	Step    `yaml:",inline"`
	Steps   []Step           `yaml:"steps" doc:"Exchanges one after another, with the same plugin. In place of request, answer, upstream and client."`
	Logs    []Log            `yaml:"logs" doc:"What the plugin must log, or must not."`
	Metrics map[string]int64 `yaml:"metrics" doc:"Values of counters and gauges at the end."`

	line int
}

// Step is one exchange.
type Step struct {
	Request  *Request          `yaml:"request" doc:"What the client sends. Default GET /."`
	Answer   *Answer           `yaml:"answer" doc:"What upstream answers. Default 200 without a body; in a later step, what it answered before."`
	Upstream *WantUpstream     `yaml:"upstream" doc:"What must reach upstream, or none."`
	Client   *WantClient       `yaml:"client" doc:"What the client must get."`
	Calls    map[string][]Want `yaml:"calls" doc:"The calls that a fake service must get in this exchange, in their order, by its cluster's name. An empty list: none."`
	Commands map[string][]Text `yaml:"commands" doc:"The commands that a fake Redis must get in this exchange, in their order, each with its arguments joined by spaces."`
	Golden   string            `yaml:"golden" doc:"A name: what reached upstream and the client is compared with the file testdata/NAME.golden, which sluice test --update writes."`
}

// Request is what a client sends.
type Request struct {
	Method   string  `yaml:"method" doc:"Default GET, or POST with a body."`
	Path     string  `yaml:"path" doc:"Path and query as they are sent. Default /."`
	Host     string  `yaml:"host" doc:"The authority. Default plugin.test."`
	Headers  Fields  `yaml:"headers" doc:"In the order in which they are sent."`
	Body     Text    `yaml:"body" doc:"The body, sent in one piece with its length. What is no text becomes JSON."`
	BodyFile string  `yaml:"bodyFile" doc:"A file with the body, beside this one."`
	Chunks   []Text  `yaml:"chunks" doc:"Pieces of a body without a length, each sent on its own."`
	Trailers Fields  `yaml:"trailers" doc:"Fields behind the body."`
	HTTP2    bool    `yaml:"http2" doc:"Send it over HTTP/2."`
	Patience Seconds `yaml:"patience" doc:"How long the exchange may take, such as 2s. Default 10s."`
}

// Answer is what a server answers.
type Answer struct {
	Status   int     `yaml:"status" min:"200" max:"599" doc:"Default 200."`
	Headers  Fields  `yaml:"headers" doc:"In the order in which they are sent."`
	Body     Text    `yaml:"body" doc:"The body, sent in one piece with its length. What is no text becomes JSON."`
	BodyFile string  `yaml:"bodyFile" doc:"A file with the body, beside this one."`
	Chunks   []Text  `yaml:"chunks" doc:"Pieces of a body without a length, each sent on its own."`
	Trailers Fields  `yaml:"trailers" doc:"Fields behind the body."`
	Delay    Seconds `yaml:"delay" doc:"The time before the answer, such as 100ms."`
	Reset    Reset   `yaml:"reset" doc:"Where the connection is broken off."`
}

// Reply is what a fake Redis answers to some commands.
type Reply struct {
	Command string `yaml:"command" doc:"A regular expression that the whole command matches, its arguments joined by spaces, in any case. Default: every command."`
	// Values are given in turns; the last one stays.
	Values []Value `yaml:"answers" doc:"Answers for the first such command, the second, and so on; the last one stays. A number, a text, null, a list; {status: OK} or {error: ERR text}."`
}

// Engine names an engine of package plugintest.
type Engine plugintest.Engine

// Reset is a point at which a server breaks a connection off.
type Reset string

// Log is what the plugin must log, or must not.
type Log struct {
	Level    Level  `yaml:"level" doc:"The line's level. Default: any."`
	Contains string `yaml:"contains" doc:"A line must have this text in it."`
	Not      string `yaml:"not" doc:"No line may have this text in it."`
	Regex    string `yaml:"regex" doc:"A line must match this regular expression somewhere."`
}

// Level is the name of a log level.
type Level string

// WantUpstream is what must reach upstream: a Want, or nothing.
type WantUpstream struct {
	Want `yaml:",inline"`
	// None says that no request may reach upstream.
	None bool `yaml:"-"`
}

// Want is a request that must come.
type Want struct {
	Method   string           `yaml:"method" doc:"The method."`
	Path     *Match           `yaml:"path" doc:"Path and query."`
	Host     *Match           `yaml:"host" doc:"The authority."`
	Headers  map[string]Match `yaml:"headers" doc:"Headers by their name."`
	Body     *Match           `yaml:"body" doc:"The body."`
	Trailers map[string]Match `yaml:"trailers" doc:"Trailers by their name."`
}

// WantClient is a response that the client must get.
type WantClient struct {
	Status   int              `yaml:"status" min:"200" max:"599" doc:"The status."`
	Headers  map[string]Match `yaml:"headers" doc:"Headers by their name."`
	Body     *Match           `yaml:"body" doc:"The body."`
	Trailers map[string]Match `yaml:"trailers" doc:"Trailers by their name."`
	Broken   bool             `yaml:"broken" doc:"The connection must end before the response does."`
}

// Match is what a text must be: exactly a text, or what the keys say, all of them.
type Match struct {
	Exact    *string  `yaml:"exact" doc:"It is this text."`
	Values   []string `yaml:"values" doc:"A header has these values, in this order."`
	Absent   bool     `yaml:"absent" doc:"It is not there; a body is empty."`
	Present  bool     `yaml:"present" doc:"It is there, whatever it is."`
	Contains []string `yaml:"contains" doc:"It has each of these texts in it."`
	Not      []string `yaml:"not" doc:"It has none of these texts in it."`
	Regex    string   `yaml:"regex" doc:"The whole of it matches this regular expression."`
	JSON     *JSON    `yaml:"json" doc:"It is JSON that has all of this in it: objects may have more keys, lists have as many items."`
	File     string   `yaml:"file" doc:"It is the content of this file, beside the cases."`
}
