package cells

// mapNames are the numbers of header maps, and one behind them.
var mapNames = []struct {
	name   string
	number int
}{{"grpc_initial", 4}, {"grpc_trailing", 5}, {"call_headers", 6}, {"call_trailers", 7}, {"unknown", 8}, {"minus_one", -1}}

// malformedPairs says that there are 2^32-1 pairs.
const malformedPairs = "\xff\xff\xff\xff"

// onePair is x-c-new: 1.
const onePair = "\x01\x00\x00\x00\x07\x00\x00\x00\x01\x00\x00\x00x-c-new\x001\x00"

func rawMapRows() (rows []Call) {
	for _, m := range mapNames {
		rows = append(rows,
			rawRow("map."+m.name+".get", "get_header_map_value", 0, m.number, "x-c-callee", result(1), result(2)),
			rawRow("map."+m.name+".add", "add_header_map_value", 0, m.number, "x-c-new", "1"),
			rawRow("map."+m.name+".replace", "replace_header_map_value", 0, m.number, "x-c-new", "1"),
			rawRow("map."+m.name+".remove", "remove_header_map_value", 0, m.number, "x-c-new"),
			rawRow("map."+m.name+".all", "get_header_map_pairs", 0, m.number, result(1), result(2)),
			rawRow("map."+m.name+".set", "set_header_map_pairs", 0, m.number, onePair),
			rawRow("map."+m.name+".size", "get_header_map_size", 0, m.number, result(1)),
		)
	}
	for i, name := range []string{"request_headers", "request_trailers", "response_headers", "response_trailers"} {
		rows = append(rows,
			rawRow(name+".size", "get_header_map_size", 0, i, result(1)),
			rawRow(name+".size.outside", "get_header_map_size", 0, i, num(outside)),
			rawRow(name+".get.outside", "get_header_map_value", 0, i, far(), result(1), result(2)),
			rawRow(name+".get.result_outside", "get_header_map_value", 0, i, "x-c-two", num(outside), num(outside)),
			rawRow(name+".add.outside", "add_header_map_value", 0, i, "x-c-new", far()),
			rawRow(name+".remove.outside", "remove_header_map_value", 0, i, far()),
			rawRow(name+".all.result_outside", "get_header_map_pairs", 0, i, num(outside), num(outside)),
			rawRow(name+".set.outside", "set_header_map_pairs", 0, i, far()),
			rawRow(name+".set.malformed", "set_header_map_pairs", 0, i, malformedPairs),
		)
	}
	return rows
}

// bufferNames are the numbers of buffers, and some behind them.
var bufferNames = []struct {
	name   string
	number int
}{
	{"request_body", 0}, {"response_body", 1}, {"downstream_data", 2}, {"upstream_data", 3}, {"call_body", 4}, {"grpc", 5},
	{"vm_configuration", 6}, {"plugin_configuration", 7}, {"foreign", 8}, {"unknown", 10}, {"minus_one", -1},
}

func rawBufferRows() (rows []Call) {
	for _, b := range bufferNames {
		shows := 1
		if b.name == "foreign" {
			shows = 0 // see foreign.data
		}
		rows = append(rows,
			rawRow("buffer."+b.name+".status", "get_buffer_status", shows, b.number, result(1), result(2)),
			rawRow("buffer."+b.name+".get.result_outside", "get_buffer_bytes", 0, b.number, 0, 5, num(outside), num(outside)),
			rawRow("buffer."+b.name+".set.outside", "set_buffer_bytes", 0, b.number, 0, 5, far()),
		)
		if b.number > 3 || b.number < 0 {
			rows = append(rows, rawRow("buffer."+b.name+".set", "set_buffer_bytes", 0, b.number, 0, 5, "new"))
		}
	}
	return rows
}
