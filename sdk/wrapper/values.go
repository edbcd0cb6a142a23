package wrapper

// SetContext implements HttpContext.
func (s *stream) SetContext(key string, value interface{}) {
	if s.values == nil {
		s.values = make(map[string]interface{})
	}
	s.values[key] = value
}

// GetContext implements HttpContext.
func (s *stream) GetContext(key string) interface{} { return s.values[key] }

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

// GetIntContext implements HttpContext.
func (s *stream) GetIntContext(key string, defaultValue int) int {
	return valueOr(s, key, defaultValue)
}

func valueOr[T any](s *stream, key string, defaultValue T) T {
	if value, ok := s.values[key].(T); ok {
		return value
	}
	return defaultValue
}
