package test

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/tidwall/resp"
)

// CreateRedisResp returns a value as Redis answers with it, in RESP: nil, an
// error, a list as []interface{}, an int or bool as a number, and anything else
// as text.
func CreateRedisResp(value interface{}) []byte {
	var buf bytes.Buffer
	if err := resp.NewWriter(&buf).WriteValue(respValue(value)); err != nil {
		return nil // a bytes.Buffer doesn't fail
	}
	return buf.Bytes()
}

func respValue(value interface{}) resp.Value {
	switch v := value.(type) {
	case nil:
		return resp.NullValue()
	case int:
		return resp.IntegerValue(v)
	case bool:
		return resp.BoolValue(v)
	case string:
		return resp.StringValue(v)
	case error:
		return resp.ErrorValue(v)
	case []interface{}:
		list := make([]resp.Value, len(v))
		for i := range v {
			list[i] = respValue(v[i])
		}
		return resp.ArrayValue(list)
	default:
		return resp.StringValue(fmt.Sprint(v))
	}
}

// CreateRedisRespNull is CreateRedisResp for no value.
func CreateRedisRespNull() []byte { return CreateRedisResp(nil) }

// CreateRedisRespError is CreateRedisResp for an error of Redis.
func CreateRedisRespError(message string) []byte { return CreateRedisResp(errors.New(message)) }

// CreateRedisRespArray is CreateRedisResp for a list.
func CreateRedisRespArray(values []interface{}) []byte { return CreateRedisResp(values) }

// CreateRedisRespString is CreateRedisResp for text.
func CreateRedisRespString(value string) []byte { return CreateRedisResp(value) }

// CreateRedisRespInt is CreateRedisResp for a number.
func CreateRedisRespInt(value int) []byte { return CreateRedisResp(value) }

// CreateRedisRespBool is CreateRedisResp for a bool, which is 1 or 0.
func CreateRedisRespBool(value bool) []byte { return CreateRedisResp(value) }

// CreateRedisRespFloat is CreateRedisResp for a number that is no integer.
func CreateRedisRespFloat(value float64) []byte { return CreateRedisResp(value) }
