package filter

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// keptData is what the filters have made of the parts that the host holds back
// while a method waits. Hosts replace a body as a whole only, so it is written
// when all that is there has been shown.
type keptData struct {
	bytes   []byte
	changed bool
}

// keep adds a part that was shown.
func (s *side) keep(data *Data) {
	data.load()
	if data.err != nil && !s.over {
		s.x.refuse(data.err)
		s.over = true
	}
	if s.over {
		s.kept = keptData{}
		return
	}
	s.kept.bytes = append(s.kept.bytes, data.bytes...)
	s.kept.changed = s.kept.changed || data.changed
	s.passed += data.size
}

func (k *keptData) flush(kind abi.BufferType) error {
	out := *k
	*k = keptData{}
	if !out.changed {
		return nil
	}
	if st := abi.SetBufferBytes(kind, 0, abi.BufferEnd, out.bytes); st != abi.StatusOK {
		return bodyError("written", st)
	}
	return nil
}
