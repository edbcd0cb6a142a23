;; Scenario body with all that the wrapper asks a host for: the headers, so that the
;; handler can ask for the path, and the end of content-length, so that it can change
;; the body. Over body.wat, it is what these calls and their consequences cost.
(module
  (import "env" "proxy_get_buffer_bytes" (func $get (param i32 i32 i32 i32 i32) (result i32)))
  (import "env" "proxy_get_header_map_pairs" (func $pairs (param i32 i32 i32) (result i32)))
  (import "env" "proxy_remove_header_map_value" (func $remove (param i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 0) "content-length")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param i32) (result i32) (i32.const 65536))
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (drop (call $pairs (i32.const 0) (i32.const 1000) (i32.const 1004)))
    (drop (call $remove (i32.const 0) (i32.const 0) (i32.const 14)))
    (i32.const 0))
  (func (export "proxy_on_request_body") (param i32 i32 i32) (result i32)
    (if (result i32) (local.get 2)
      (then
        (drop (call $get (i32.const 0) (i32.const 0) (local.get 1) (i32.const 1000) (i32.const 1004)))
        (i32.const 0))
      (else (i32.const 1)))))
