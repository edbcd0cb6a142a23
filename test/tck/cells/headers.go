package cells

import "github.com/sluiceproxy/sluice/sdk/proxywasm"

// headerMap are the calls of one header map.
type headerMap struct {
	name, there  string // of the map, and of a header that it has
	get          func(string) (string, error)
	all          func() ([][2]string, error)
	add, replace func(key, value string) error
	remove       func(string) error
	set          func([][2]string) error
}

func headerMaps() []headerMap {
	return []headerMap{{
		"request_headers", "x-c-in",
		proxywasm.GetHttpRequestHeader, proxywasm.GetHttpRequestHeaders, proxywasm.AddHttpRequestHeader,
		proxywasm.ReplaceHttpRequestHeader, proxywasm.RemoveHttpRequestHeader, proxywasm.ReplaceHttpRequestHeaders,
	}, {
		"request_trailers", "x-c-trailer",
		proxywasm.GetHttpRequestTrailer, proxywasm.GetHttpRequestTrailers, proxywasm.AddHttpRequestTrailer,
		proxywasm.ReplaceHttpRequestTrailer, proxywasm.RemoveHttpRequestTrailer, proxywasm.ReplaceHttpRequestTrailers,
	}, {
		"response_headers", "x-c-up",
		proxywasm.GetHttpResponseHeader, proxywasm.GetHttpResponseHeaders, proxywasm.AddHttpResponseHeader,
		proxywasm.ReplaceHttpResponseHeader, proxywasm.RemoveHttpResponseHeader, proxywasm.ReplaceHttpResponseHeaders,
	}, {
		"response_trailers", "x-c-trailer",
		proxywasm.GetHttpResponseTrailer, proxywasm.GetHttpResponseTrailers, proxywasm.AddHttpResponseTrailer,
		proxywasm.ReplaceHttpResponseTrailer, proxywasm.RemoveHttpResponseTrailer, proxywasm.ReplaceHttpResponseTrailers,
	}}
}

func headerCalls() (rows []Call) {
	for _, m := range headerMaps() {
		rows = append(rows, m.reads()...)
		rows = append(rows, m.changes()...)
	}
	return rows
}

func (m headerMap) reads() []Call {
	get := func(variant, key string) Call {
		return Call{Name: m.name + ".get." + variant, Run: func(*Scene) string { return words(m.get(key)) }}
	}
	return []Call{
		get("there", m.there), get("missing", "x-c-none"), get("empty_name", ""), get("upper_case", upper(m.there)),
		get("empty_value", "x-c-empty"), get("first_of_two", "x-c-two"),
		{Name: m.name + ".all", Run: func(*Scene) string { return pairs(m.all()) }},
	}
}

// upper is strings.ToUpper for ASCII.
func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

func (m headerMap) changes() []Call {
	// row changes the map and shows what it holds afterwards.
	row := func(variant string, change func() error) Call {
		return Call{Name: m.name + "." + variant, Run: func(*Scene) string {
			return then(status(change()), pairs(m.all()))
		}}
	}
	return []Call{
		row("add.new", func() error { return m.add("x-c-new", "1") }),
		row("add.there", func() error { return m.add(m.there, "second") }),
		row("add.upper_case", func() error { return m.add("X-C-New", "1") }),
		row("add.empty_value", func() error { return m.add("x-c-new", "") }),
		row("add.empty_name", func() error { return m.add("", "1") }),
		row("add.line_break", func() error { return m.add("x-c-new", "1\r\nx-c-evil: 1") }),
		row("replace.there", func() error { return m.replace(m.there, "new") }),
		row("replace.two", func() error { return m.replace("x-c-two", "one") }),
		row("replace.new", func() error { return m.replace("x-c-new", "1") }),
		row("replace.empty_value", func() error { return m.replace(m.there, "") }),
		row("remove.there", func() error { return m.remove(m.there) }),
		row("remove.two", func() error { return m.remove("x-c-two") }),
		row("remove.missing", func() error { return m.remove("x-c-none") }),
		row("remove.empty_name", func() error { return m.remove("") }),
		row("set.more", func() error {
			old, _ := m.all()
			return m.set(append(old, [2]string{"x-c-new", "1"}, [2]string{"x-c-new", "2"}))
		}),
		row("set.too_many", func() error { return m.set(make1025()) }),
	}
}

// make1025 returns one header more than hosts take.
func make1025() [][2]string {
	many := make([][2]string, 1025)
	for i := range many {
		many[i] = [2]string{"x-c-many", "1"}
	}
	return many
}
