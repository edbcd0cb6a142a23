package proxywasm_test

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Existing plugins are written against these names and signatures: this must
// compile.
var (
	_ func(ctx types.VMContext)                                                                                                                                                                   = proxywasm.SetVMContext
	_ func() types.VMContext                                                                                                                                                                      = proxywasm.GetVMContext
	_ func(contextID uint32) types.HttpContext                                                                                                                                                    = proxywasm.GetHttpContext
	_ func(newPluginContext func(contextID uint32) types.PluginContext)                                                                                                                           = proxywasm.SetPluginContext
	_ func(newHttpContext func(contextID uint32) types.HttpContext)                                                                                                                               = proxywasm.SetHttpContext
	_ func(newTcpContext func(contextID uint32) types.TcpContext)                                                                                                                                 = proxywasm.SetTcpContext
	_ func() ([]byte, error)                                                                                                                                                                      = proxywasm.GetVMConfiguration
	_ func() ([]byte, error)                                                                                                                                                                      = proxywasm.GetPluginConfiguration
	_ func(millSec uint32) error                                                                                                                                                                  = proxywasm.SetTickPeriodMilliSeconds
	_ func(contextID uint32) error                                                                                                                                                                = proxywasm.SetEffectiveContext
	_ func(name string) (queueID uint32, err error)                                                                                                                                               = proxywasm.RegisterSharedQueue
	_ func(vmID, queueName string) (queueID uint32, err error)                                                                                                                                    = proxywasm.ResolveSharedQueue
	_ func(queueID uint32, data []byte) error                                                                                                                                                     = proxywasm.EnqueueSharedQueue
	_ func(queueID uint32) ([]byte, error)                                                                                                                                                        = proxywasm.DequeueSharedQueue
	_ func()                                                                                                                                                                                      = proxywasm.PluginDone
	_ func(cluster string, username string, password string, timeout uint32) (err error)                                                                                                          = proxywasm.RedisInit
	_ func(cluster string, query []byte, callBack func(status, responseSize int)) (calloutID uint32, err error)                                                                                   = proxywasm.DispatchRedisCall
	_ func(start, maxSize int) ([]byte, error)                                                                                                                                                    = proxywasm.GetRedisCallResponse
	_ func(cluster string, headers [][2]string, body []byte, trailers [][2]string, timeoutMillisecond uint32, callBack func(numHeaders, bodySize, numTrailers int)) (calloutID uint32, err error) = proxywasm.DispatchHttpCall
	_ func(body []byte, endStream bool) error                                                                                                                                                     = proxywasm.InjectEncodedDataToFilterChain
	_ func() ([][2]string, error)                                                                                                                                                                 = proxywasm.GetUpstreamHosts
	_ func(address []byte) error                                                                                                                                                                  = proxywasm.SetUpstreamOverrideHost
	_ func() ([][2]string, error)                                                                                                                                                                 = proxywasm.GetHttpCallResponseHeaders
	_ func(start, maxSize int) ([]byte, error)                                                                                                                                                    = proxywasm.GetHttpCallResponseBody
	_ func() ([][2]string, error)                                                                                                                                                                 = proxywasm.GetHttpCallResponseTrailers
	_ func(start, maxSize int) ([]byte, error)                                                                                                                                                    = proxywasm.GetDownstreamData
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.AppendDownstreamData
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.PrependDownstreamData
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.ReplaceDownstreamData
	_ func(start, maxSize int) ([]byte, error)                                                                                                                                                    = proxywasm.GetUpstreamData
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.AppendUpstreamData
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.PrependUpstreamData
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.ReplaceUpstreamData
	_ func() error                                                                                                                                                                                = proxywasm.ContinueTcpStream
	_ func() error                                                                                                                                                                                = proxywasm.CloseDownstream
	_ func() error                                                                                                                                                                                = proxywasm.CloseUpstream
	_ func() ([][2]string, error)                                                                                                                                                                 = proxywasm.GetHttpRequestHeaders
	_ func(headers [][2]string) error                                                                                                                                                             = proxywasm.ReplaceHttpRequestHeaders
	_ func(key string) (string, error)                                                                                                                                                            = proxywasm.GetHttpRequestHeader
	_ func(key string) error                                                                                                                                                                      = proxywasm.RemoveHttpRequestHeader
	_ func(key, value string) error                                                                                                                                                               = proxywasm.ReplaceHttpRequestHeader
	_ func(key, value string) error                                                                                                                                                               = proxywasm.AddHttpRequestHeader
	_ func(start, maxSize int) ([]byte, error)                                                                                                                                                    = proxywasm.GetHttpRequestBody
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.AppendHttpRequestBody
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.PrependHttpRequestBody
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.ReplaceHttpRequestBody
	_ func() ([][2]string, error)                                                                                                                                                                 = proxywasm.GetHttpRequestTrailers
	_ func(trailers [][2]string) error                                                                                                                                                            = proxywasm.ReplaceHttpRequestTrailers
	_ func(key string) (string, error)                                                                                                                                                            = proxywasm.GetHttpRequestTrailer
	_ func(key string) error                                                                                                                                                                      = proxywasm.RemoveHttpRequestTrailer
	_ func(key, value string) error                                                                                                                                                               = proxywasm.ReplaceHttpRequestTrailer
	_ func(key, value string) error                                                                                                                                                               = proxywasm.AddHttpRequestTrailer
	_ func() error                                                                                                                                                                                = proxywasm.ResumeHttpRequest
	_ func() ([][2]string, error)                                                                                                                                                                 = proxywasm.GetHttpResponseHeaders
	_ func(headers [][2]string) error                                                                                                                                                             = proxywasm.ReplaceHttpResponseHeaders
	_ func(key string) (string, error)                                                                                                                                                            = proxywasm.GetHttpResponseHeader
	_ func(key string) error                                                                                                                                                                      = proxywasm.RemoveHttpResponseHeader
	_ func(key, value string) error                                                                                                                                                               = proxywasm.ReplaceHttpResponseHeader
	_ func(key, value string) error                                                                                                                                                               = proxywasm.AddHttpResponseHeader
	_ func(start, maxSize int) ([]byte, error)                                                                                                                                                    = proxywasm.GetHttpResponseBody
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.AppendHttpResponseBody
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.PrependHttpResponseBody
	_ func(data []byte) error                                                                                                                                                                     = proxywasm.ReplaceHttpResponseBody
	_ func() ([][2]string, error)                                                                                                                                                                 = proxywasm.GetHttpResponseTrailers
	_ func(trailers [][2]string) error                                                                                                                                                            = proxywasm.ReplaceHttpResponseTrailers
	_ func(key string) (string, error)                                                                                                                                                            = proxywasm.GetHttpResponseTrailer
	_ func(key string) error                                                                                                                                                                      = proxywasm.RemoveHttpResponseTrailer
	_ func(key, value string) error                                                                                                                                                               = proxywasm.ReplaceHttpResponseTrailer
	_ func(key, value string) error                                                                                                                                                               = proxywasm.AddHttpResponseTrailer
	_ func() error                                                                                                                                                                                = proxywasm.ResumeHttpResponse
	_ func(statusCode uint32, headers [][2]string, body []byte, gRPCStatus int32) error                                                                                                           = proxywasm.SendHttpResponse
	_ func(statusCode uint32, statusCodeDetailData string, headers [][2]string, body []byte, gRPCStatus int32) error                                                                              = proxywasm.SendHttpResponseWithDetail
	_ func(key string) (value []byte, cas uint32, err error)                                                                                                                                      = proxywasm.GetSharedData
	_ func(key string, data []byte, cas uint32) error                                                                                                                                             = proxywasm.SetSharedData
	_ func(path []string) ([]byte, error)                                                                                                                                                         = proxywasm.GetProperty
	_ func(path []string) ([][2]string, error)                                                                                                                                                    = proxywasm.GetPropertyMap
	_ func(path []string, data []byte) error                                                                                                                                                      = proxywasm.SetProperty
	_ func(funcName string, param []byte) (ret []byte, err error)                                                                                                                                 = proxywasm.CallForeignFunction
	_ func(msg string)                                                                                                                                                                            = proxywasm.LogTrace
	_ func(format string, args ...any)                                                                                                                                                            = proxywasm.LogTracef
	_ func(msg string)                                                                                                                                                                            = proxywasm.LogDebug
	_ func(format string, args ...any)                                                                                                                                                            = proxywasm.LogDebugf
	_ func(msg string)                                                                                                                                                                            = proxywasm.LogInfo
	_ func(format string, args ...any)                                                                                                                                                            = proxywasm.LogInfof
	_ func(msg string)                                                                                                                                                                            = proxywasm.LogWarn
	_ func(format string, args ...any)                                                                                                                                                            = proxywasm.LogWarnf
	_ func(msg string)                                                                                                                                                                            = proxywasm.LogError
	_ func(format string, args ...any)                                                                                                                                                            = proxywasm.LogErrorf
	_ func(msg string)                                                                                                                                                                            = proxywasm.LogCritical
	_ func(format string, args ...any)                                                                                                                                                            = proxywasm.LogCriticalf
	_ func(name string) proxywasm.MetricCounter                                                                                                                                                   = proxywasm.DefineCounterMetric
	_ func(proxywasm.MetricCounter) uint64                                                                                                                                                        = proxywasm.MetricCounter.Value
	_ func(proxywasm.MetricCounter, uint64)                                                                                                                                                       = proxywasm.MetricCounter.Increment
	_ func(name string) proxywasm.MetricGauge                                                                                                                                                     = proxywasm.DefineGaugeMetric
	_ func(proxywasm.MetricGauge) int64                                                                                                                                                           = proxywasm.MetricGauge.Value
	_ func(proxywasm.MetricGauge, int64)                                                                                                                                                          = proxywasm.MetricGauge.Add
	_ func(name string) proxywasm.MetricHistogram                                                                                                                                                 = proxywasm.DefineHistogramMetric
	_ func(proxywasm.MetricHistogram) uint64                                                                                                                                                      = proxywasm.MetricHistogram.Value
	_ func(proxywasm.MetricHistogram, uint64)                                                                                                                                                     = proxywasm.MetricHistogram.Record
)

// So must these numbers hold.
const (
	_ = uint(types.HeaderStopAllIterationAndWatermark - 4)
	_ = uint(4 - types.HeaderStopAllIterationAndWatermark)
	_ = uint(types.DataStopIterationNoBuffer - 3)
	_ = uint(3 - types.DataStopIterationNoBuffer)
	_ = uint(types.PeerTypeRemote - 2)
	_ = uint(2 - types.PeerTypeRemote)
)

var (
	_ types.PluginContextFactory = func(uint32) types.PluginContext { return &types.DefaultPluginContext{} }
	_ types.HttpContextFactory   = func(uint32) types.HttpContext { return &types.DefaultHttpContext{} }
	_ types.TcpContextFactory    = func(uint32) types.TcpContext { return &types.DefaultTcpContext{} }
	_ bool                       = bool(types.OnVMStartStatusOK) && bool(types.OnPluginStartStatusOK)
)
