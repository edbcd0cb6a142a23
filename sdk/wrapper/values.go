package wrapper

// SetContext implements HttpContext.
func (s *stream) SetContext(key string, value interface{}) {
	m := s.extra()
	if m.values == nil {
		m.values = make(map[string]interface{})
	}
	m.values[key] = value
}

// GetContext implements HttpContext.
func (s *stream) GetContext(key string) interface{} {
	if s.more == nil {
		return nil
	}
	return s.more.values[key]
}

// GetBoolContext implements HttpContext.
func (s *stream) GetBoolContext(key string, defaultValue bool) bool {
	return valueOr(s, key, defaultValue)
}

// GetStringContext implements HttpContext.
func (s *stream) GetStringContext(key, defaultValue string) string {
	return valueOr(s, key, defaultValue)
}

// GetByteSliceContext implements HttpContext.
func (s *stream) GetByteSliceContext(key string, defaultValue []byte) []byte {
	return valueOr(s, key, defaultValue)
}

// GetIntContext returns a number that was kept with ctx.SetContext, defaultValue
// where there is none of type int. It is no method of HttpContext because mocks
// of that interface in existing tests don't have it; those of CommonHttpCtx do.
func GetIntContext(ctx HttpContext, key string, defaultValue int) int {
	if value, ok := ctx.GetContext(key).(int); ok {
		return value
	}
	return defaultValue
}

// GetIntContext is the function of the same name as a method of CommonHttpCtx.
func (s *stream) GetIntContext(key string, defaultValue int) int {
	return valueOr(s, key, defaultValue)
}

func valueOr[T any](s *stream, key string, defaultValue T) T {
	if value, ok := s.GetContext(key).(T); ok {
		return value
	}
	return defaultValue
}
