package properties

import "time"

// GetRequestPath reads request.path.
func GetRequestPath() (string, error) { return text("request", "path") }

// GetRequestUrlPath reads request.url_path.
func GetRequestUrlPath() (string, error) { return text("request", "url_path") }

// GetRequestHost reads request.host.
func GetRequestHost() (string, error) { return text("request", "host") }

// GetRequestScheme reads request.scheme.
func GetRequestScheme() (string, error) { return text("request", "scheme") }

// GetRequestMethod reads request.method.
func GetRequestMethod() (string, error) { return text("request", "method") }

// GetRequestHeaders reads request.headers.
func GetRequestHeaders() (map[string]string, error) { return textMap("request", "headers") }

// GetRequestReferer reads request.referer.
func GetRequestReferer() (string, error) { return text("request", "referer") }

// GetRequestUserAgent reads request.useragent.
func GetRequestUserAgent() (string, error) { return text("request", "useragent") }

// GetRequestTime reads request.time.
func GetRequestTime() (time.Time, error) { return moment("request", "time") }

// GetRequestId reads request.id.
func GetRequestId() (string, error) { return text("request", "id") }

// GetRequestProtocol reads request.protocol.
func GetRequestProtocol() (string, error) { return text("request", "protocol") }

// GetRequestQuery reads request.query.
func GetRequestQuery() (string, error) { return text("request", "query") }

// GetRequestDuration reads request.duration.
func GetRequestDuration() (uint64, error) { return number("request", "duration") }

// GetRequestSize reads request.size.
func GetRequestSize() (uint64, error) { return number("request", "size") }

// GetRequestTotalSize reads request.total_size.
func GetRequestTotalSize() (uint64, error) { return number("request", "total_size") }
