package plugintest

// Metric returns the value of a counter or gauge of the plugin, and whether it
// has defined one of that name; labels are a part of it. On Envoy, where metrics
// outlive test cases, a counter's value is what was added since the case began,
// and a gauge that the plugin only adds to goes on from where it was.
func (gw *Gateway) Metric(name string) (value int64, ok bool) {
	gw.t.Helper()
	value, ok, err := gw.session.metric(name)
	if err != nil {
		gw.t.Fatalf("metric %s: %v", name, err)
	}
	return value, ok
}

// WantMetric fails the test unless the counter or gauge has, or gets soon, this
// value.
func (gw *Gateway) WantMetric(name string, value int64) {
	gw.t.Helper()
	var got int64
	var ok bool
	if !eventually(func() bool {
		got, ok = gw.Metric(name)
		return ok && got == value
	}) {
		gw.t.Errorf("metric %s is %d, defined %v; want %d", name, got, ok, value)
	}
}

// histogrammer is a session that knows histograms.
type histogrammer interface {
	histogram(name string) (count, sum uint64, ok bool)
}

// Histogram returns how many values a histogram of the plugin has recorded, and
// their sum. It needs the feature Histograms.
func (gw *Gateway) Histogram(name string) (count, sum uint64, ok bool) {
	gw.t.Helper()
	gw.Needs(Histograms)
	return gw.session.(histogrammer).histogram(name)
}

// sharer is a session that knows what plugins share.
type sharer interface {
	shared(key string) ([]byte, bool)
	setShared(key string, value []byte) error
}

// SharedData returns the value of a key that the plugin shares with others. It
// needs the feature SharedDataAccess.
func (gw *Gateway) SharedData(key string) (value string, ok bool) {
	gw.t.Helper()
	gw.Needs(SharedDataAccess)
	b, ok := gw.session.(sharer).shared(key)
	return string(b), ok
}

// SetSharedData sets a key as another plugin would. It needs the feature
// SharedDataAccess.
func (gw *Gateway) SetSharedData(key, value string) {
	gw.t.Helper()
	gw.Needs(SharedDataAccess)
	if err := gw.session.(sharer).setShared(key, []byte(value)); err != nil {
		gw.t.Fatalf("shared data %s: %v", key, err)
	}
}
