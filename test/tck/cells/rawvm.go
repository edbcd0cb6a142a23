package cells

func rawStateRows() []Call {
	return []Call{
		rawRow("property.get.outside", "get_property", 0, far(), result(1), result(2)),
		rawRow("property.get.result_outside", "get_property", 0, "plugin_name", num(outside), num(outside)),
		rawRow("property.set.path_outside", "set_property", 0, far(), "v"),
		rawRow("property.set.value_outside", "set_property", 0, "c.raw", far()),
		rawRow("shared.get.outside", "get_shared_data", 0, far(), result(1), result(2), result(3)),
		rawRow("shared.get.result_outside", "get_shared_data", 0, ControlKey+".raw", num(outside), num(outside), num(outside)),
		rawRow("shared.set.key_outside", "set_shared_data", 0, far(), "v", 0),
		rawRow("shared.set.value_outside", "set_shared_data", 0, "c.raw", far(), 0),
		rawRow("queue.register.outside", "register_shared_queue", 0, far(), result(1)),
		rawRow("queue.register.result_outside", "register_shared_queue", 0, "c.raw.queue", num(outside)),
		rawRow("queue.resolve.outside", "resolve_shared_queue", 0, far(), "c.raw.queue", result(1)),
		rawRow("queue.enqueue.outside", "enqueue_shared_queue", 0, 999_999, far()),
		rawRow("queue.dequeue.outside", "dequeue_shared_queue", 0, 999_999, num(outside), num(outside)),
	}
}

func rawVMRows() []Call {
	return []Call{
		rawRow("log.unknown_level", "log", 0, 6, "a line"),
		rawRow("log.outside", "log", 0, 2, far()),
		rawRow("log_level.outside", "get_log_level", 0, num(outside)),
		rawRow("time.outside", "get_current_time_nanoseconds", 0, num(outside)),
		rawRow("status", "get_status", 1, result(1), result(2), result(3)),
		rawRow("status.outside", "get_status", 0, num(outside), num(outside), num(outside)),
		rawRow("continue.unknown", "continue_stream", 0, 9),
		rawRow("close.unknown", "close_stream", 0, 9),
	}
}

// The kinds of metrics: counter, gauge, histogram.
func rawMetricRows() []Call {
	rows := []Call{
		rawRow("metric.define.unknown", "define_metric", 0, 3, "c.raw.unknown", result(1)),
		rawRow("metric.define.outside", "define_metric", 0, 0, far(), result(1)),
		rawRow("metric.define.result_outside", "define_metric", 0, 0, "c.raw.counter", num(outside)),
		rawRow("metric.increment.missing", "increment_metric", 0, 1<<20, 1),
		rawRow("metric.record.missing", "record_metric", 0, 1<<20, 1),
		rawRow("metric.get.missing", "get_metric", 0, 1<<20, result(1)),
	}
	for kind, name := range []string{"counter", "gauge", "histogram"} {
		rows = append(rows,
			rawMetric(name+".increment", kind, "increment_metric", num(3)),
			rawMetric(name+".increment.nothing", kind, "increment_metric", num(0)),
			rawMetric(name+".increment.negative", kind, "increment_metric", negative(-1)),
			rawMetric(name+".record", kind, "record_metric", num(7)),
			rawMetric(name+".record.huge", kind, "record_metric", negative(-1)),
			rawMetric(name+".get", kind, "get_metric", result(1)),
			rawMetric(name+".get.outside", kind, "get_metric", num(outside)),
		)
	}
	return rows
}

// rawMetric defines a metric and shows the status of one call on it.
func rawMetric(name string, kind int, function string, argument rawArgument) Call {
	return Call{Name: "raw.metric." + name, Run: func(s *Scene) string {
		defined, words, ok := rawCall("define_metric", args(kind, s.name("raw"), result(1)))
		if !ok {
			return NeedsModule
		}
		status, _, _ := rawCall(function, args(num(uint64(uint32(words[0]))), argument))
		return then(statusName(defined), statusName(status))
	}}
}
