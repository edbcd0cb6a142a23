;; The floor of scenario read: all headers with one host call, three replaced.
(module
  (import "env" "proxy_get_header_map_pairs" (func $pairs (param i32 i32 i32) (result i32)))
  (import "env" "proxy_replace_header_map_value" (func $replace (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 0) "x-header-0x-header-1x-header-2changed")
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param i32) (result i32) (i32.const 65536))
  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
    (drop (call $pairs (i32.const 0) (i32.const 1000) (i32.const 1004)))
    (drop (call $replace (i32.const 0) (i32.const 0) (i32.const 10) (i32.const 30) (i32.const 7)))
    (drop (call $replace (i32.const 0) (i32.const 10) (i32.const 10) (i32.const 30) (i32.const 7)))
    (drop (call $replace (i32.const 0) (i32.const 20) (i32.const 10) (i32.const 30) (i32.const 7)))
    (i32.const 0)))
