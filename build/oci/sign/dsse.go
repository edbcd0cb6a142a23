package sign

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
)

// EnvelopeType is the media type of an Envelope (DSSE 1.0).
const EnvelopeType = "application/vnd.dsse.envelope.v1+json"

// StatementType is the media type of an in-toto statement.
const StatementType = "application/vnd.in-toto+json"

// MaxEnvelope bounds an envelope, in bytes.
const MaxEnvelope = 16 << 20

// Envelope is a signed text together with its signatures.
type Envelope struct {
	PayloadType string              `json:"payloadType"`
	Payload     string              `json:"payload"` // base64
	Signatures  []EnvelopeSignature `json:"signatures"`
}

// EnvelopeSignature is one of them.
type EnvelopeSignature struct {
	KeyID string `json:"keyid"`
	Sig   string `json:"sig"` // base64
}

// Envelop signs an in-toto statement. A nil key leaves it unsigned.
func Envelop(statement []byte, key *PrivateKey) ([]byte, error) {
	e := Envelope{PayloadType: StatementType, Payload: base64.StdEncoding.EncodeToString(statement), Signatures: []EnvelopeSignature{}}
	if key != nil {
		sig, err := key.Sign(encoded(StatementType, statement))
		if err != nil {
			return nil, err
		}
		e.Signatures = append(e.Signatures, EnvelopeSignature{Sig: base64.StdEncoding.EncodeToString(sig)})
	}
	return json.Marshal(e)
}

// OpenEnvelope gives the statement of an envelope that the key has signed. A nil
// key accepts any envelope.
//
// Errors: ErrOtherKey, ErrMalformed, ErrLimit.
func OpenEnvelope(text []byte, key *PublicKey) ([]byte, error) {
	const most = 100
	if len(text) > MaxEnvelope {
		return nil, fmt.Errorf("%w: an envelope of %d bytes; at most %d are read", ErrLimit, len(text), MaxEnvelope)
	}
	var e Envelope
	if err := json.Unmarshal(text, &e); err != nil {
		return nil, malformedf("envelope: %v", err)
	}
	if e.PayloadType != StatementType {
		return nil, malformedf("an envelope of type %.80q; want %s", e.PayloadType, StatementType)
	}
	statement, err := base64.StdEncoding.DecodeString(e.Payload)
	if err != nil {
		return nil, malformedf("envelope: %v", err)
	}
	if key == nil {
		return statement, nil
	}
	if len(e.Signatures) > most {
		return nil, fmt.Errorf("%w: an envelope of %d signatures; at most %d are read", ErrLimit, len(e.Signatures), most)
	}
	for _, s := range e.Signatures {
		sig, err := base64.StdEncoding.DecodeString(s.Sig)
		if err == nil && key.Verify(encoded(e.PayloadType, statement), sig) == nil {
			return statement, nil
		}
	}
	return nil, ErrOtherKey
}

// encoded is what is signed of an envelope, so that its type is signed too.
func encoded(payloadType string, payload []byte) []byte {
	head := fmt.Sprintf("DSSEv1 %d %s %d ", len(payloadType), payloadType, len(payload))
	return append([]byte(head), payload...)
}
