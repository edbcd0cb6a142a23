package properties

// GetResponseCode reads response.code.
func GetResponseCode() (uint64, error) { return number("response", "code") }

// GetResponseCodeDetails reads response.code_details.
func GetResponseCodeDetails() (string, error) { return text("response", "code_details") }

// GetResponseFlags reads response.flags.
func GetResponseFlags() (uint64, error) { return number("response", "flags") }

// GetResponseGrpcStatusCode reads response.grpc_status.
func GetResponseGrpcStatusCode() (uint64, error) { return number("response", "grpc_status") }

// GetResponseHeaders reads response.headers.
func GetResponseHeaders() (map[string]string, error) { return textMap("response", "headers") }

// GetResponseTrailers reads response.trailers.
func GetResponseTrailers() (map[string]string, error) { return textMap("response", "trailers") }

// GetResponseSize reads response.size.
func GetResponseSize() (uint64, error) { return number("response", "size") }

// GetResponseTotalSize reads response.total_size.
func GetResponseTotalSize() (uint64, error) { return number("response", "total_size") }
