package agent

import (
	"crypto/sha256"
	"encoding/hex"

	"google.golang.org/protobuf/types/known/anypb"
)

func digest(a *anypb.Any) string {
	sum := sha256.Sum256(append([]byte(a.GetTypeUrl()+"\x00"), a.GetValue()...))
	return hex.EncodeToString(sum[:])
}
