// Package proxywasm offers a plugin the calls that a Proxy-Wasm host answers,
// one function each.
package proxywasm

import "github.com/sluiceproxy/sluice/sdk/proxywasm/types"

func SetVMContext(ctx types.VMContext)                                                       {}
func GetVMContext() (ret types.VMContext)                                                    { return ret }
func GetHttpContext(contextID uint32) (ret types.HttpContext)                                { return ret }
func SetPluginContext(newPluginContext func(contextID uint32) types.PluginContext)           {}
func SetHttpContext(newHttpContext func(contextID uint32) types.HttpContext)                 {}
func SetTcpContext(newTcpContext func(contextID uint32) types.TcpContext)                    {}
func GetVMConfiguration() (data []byte, err error)                                           { return }
func GetPluginConfiguration() (data []byte, err error)                                       { return }
func SetTickPeriodMilliSeconds(millSec uint32) (ret error)                                   { return ret }
func SetEffectiveContext(contextID uint32) (ret error)                                       { return ret }
func RegisterSharedQueue(name string) (queueID uint32, err error)                            { return }
func ResolveSharedQueue(vmID, queueName string) (queueID uint32, err error)                  { return }
func EnqueueSharedQueue(queueID uint32, data []byte) (ret error)                             { return ret }
func DequeueSharedQueue(queueID uint32) (data []byte, err error)                             { return }
func PluginDone()                                                                            {}
func RedisInit(cluster string, username string, password string, timeout uint32) (err error) { return }
func DispatchRedisCall(cluster string, query []byte, callBack func(status, responseSize int)) (calloutID uint32, err error) {
	return
}
func GetRedisCallResponse(start, maxSize int) (data []byte, err error) { return }
func DispatchHttpCall(cluster string, headers [][2]string, body []byte, trailers [][2]string, timeoutMillisecond uint32, callBack func(numHeaders, bodySize, numTrailers int)) (calloutID uint32, err error) {
	return
}
func InjectEncodedDataToFilterChain(body []byte, endStream bool) (ret error) { return ret }
func GetUpstreamHosts() (pairs [][2]string, err error)                       { return }
func SetUpstreamOverrideHost(address []byte) (ret error)                     { return ret }
func GetHttpCallResponseHeaders() (pairs [][2]string, err error)             { return }
func GetHttpCallResponseBody(start, maxSize int) (data []byte, err error)    { return }
func GetHttpCallResponseTrailers() (pairs [][2]string, err error)            { return }
func GetDownstreamData(start, maxSize int) (data []byte, err error)          { return }
func AppendDownstreamData(data []byte) (ret error)                           { return ret }
func PrependDownstreamData(data []byte) (ret error)                          { return ret }
func ReplaceDownstreamData(data []byte) (ret error)                          { return ret }
func GetUpstreamData(start, maxSize int) (data []byte, err error)            { return }
func AppendUpstreamData(data []byte) (ret error)                             { return ret }
func PrependUpstreamData(data []byte) (ret error)                            { return ret }
func ReplaceUpstreamData(data []byte) (ret error)                            { return ret }
func ContinueTcpStream() (ret error)                                         { return ret }
func CloseDownstream() (ret error)                                           { return ret }
func CloseUpstream() (ret error)                                             { return ret }
func GetHttpRequestHeaders() (pairs [][2]string, err error)                  { return }
func ReplaceHttpRequestHeaders(headers [][2]string) (ret error)              { return ret }
func GetHttpRequestHeader(key string) (value string, err error)              { return }
func RemoveHttpRequestHeader(key string) (ret error)                         { return ret }
func ReplaceHttpRequestHeader(key, value string) (ret error)                 { return ret }
func AddHttpRequestHeader(key, value string) (ret error)                     { return ret }
func GetHttpRequestBody(start, maxSize int) (data []byte, err error)         { return }
func AppendHttpRequestBody(data []byte) (ret error)                          { return ret }
func PrependHttpRequestBody(data []byte) (ret error)                         { return ret }
func ReplaceHttpRequestBody(data []byte) (ret error)                         { return ret }
func GetHttpRequestTrailers() (pairs [][2]string, err error)                 { return }
func ReplaceHttpRequestTrailers(trailers [][2]string) (ret error)            { return ret }
func GetHttpRequestTrailer(key string) (value string, err error)             { return }
func RemoveHttpRequestTrailer(key string) (ret error)                        { return ret }
func ReplaceHttpRequestTrailer(key, value string) (ret error)                { return ret }
func AddHttpRequestTrailer(key, value string) (ret error)                    { return ret }
func ResumeHttpRequest() (ret error)                                         { return ret }
func GetHttpResponseHeaders() (pairs [][2]string, err error)                 { return }
func ReplaceHttpResponseHeaders(headers [][2]string) (ret error)             { return ret }
func GetHttpResponseHeader(key string) (value string, err error)             { return }
func RemoveHttpResponseHeader(key string) (ret error)                        { return ret }
func ReplaceHttpResponseHeader(key, value string) (ret error)                { return ret }
func AddHttpResponseHeader(key, value string) (ret error)                    { return ret }
func GetHttpResponseBody(start, maxSize int) (data []byte, err error)        { return }
func AppendHttpResponseBody(data []byte) (ret error)                         { return ret }
func PrependHttpResponseBody(data []byte) (ret error)                        { return ret }
func ReplaceHttpResponseBody(data []byte) (ret error)                        { return ret }
func GetHttpResponseTrailers() (pairs [][2]string, err error)                { return }
func ReplaceHttpResponseTrailers(trailers [][2]string) (ret error)           { return ret }
func GetHttpResponseTrailer(key string) (value string, err error)            { return }
func RemoveHttpResponseTrailer(key string) (ret error)                       { return ret }
func ReplaceHttpResponseTrailer(key, value string) (ret error)               { return ret }
func AddHttpResponseTrailer(key, value string) (ret error)                   { return ret }
func ResumeHttpResponse() (ret error)                                        { return ret }
func SendHttpResponse(statusCode uint32, headers [][2]string, body []byte, gRPCStatus int32) (ret error) {
	return ret
}
func SendHttpResponseWithDetail(statusCode uint32, statusCodeDetailData string, headers [][2]string, body []byte, gRPCStatus int32) (ret error) {
	return ret
}
func GetSharedData(key string) (value []byte, cas uint32, err error)            { return }
func SetSharedData(key string, data []byte, cas uint32) (ret error)             { return ret }
func GetProperty(path []string) (data []byte, err error)                        { return }
func GetPropertyMap(path []string) (pairs [][2]string, err error)               { return }
func SetProperty(path []string, data []byte) (ret error)                        { return ret }
func CallForeignFunction(funcName string, param []byte) (ret []byte, err error) { return }
func LogTrace(msg string)                                                       {}
func LogTracef(format string, args ...interface{})                              {}
func LogDebug(msg string)                                                       {}
func LogDebugf(format string, args ...interface{})                              {}
func LogInfo(msg string)                                                        {}
func LogInfof(format string, args ...interface{})                               {}
func LogWarn(msg string)                                                        {}
func LogWarnf(format string, args ...interface{})                               {}
func LogError(msg string)                                                       {}
func LogErrorf(format string, args ...interface{})                              {}
func LogCritical(msg string)                                                    {}
func LogCriticalf(format string, args ...interface{})                           {}

type MetricCounter uint32
type MetricGauge uint32
type MetricHistogram uint32

func DefineCounterMetric(name string) (ret MetricCounter)     { return ret }
func (m MetricCounter) Value() (ret uint64)                   { return ret }
func (m MetricCounter) Increment(offset uint64)               {}
func DefineGaugeMetric(name string) (ret MetricGauge)         { return ret }
func (m MetricGauge) Value() (ret int64)                      { return ret }
func (m MetricGauge) Add(offset int64)                        {}
func DefineHistogramMetric(name string) (ret MetricHistogram) { return ret }
func (m MetricHistogram) Value() (ret uint64)                 { return ret }
func (m MetricHistogram) Record(value uint64)                 {}
func LogLevel() (level uint32, err error)                     { return }
