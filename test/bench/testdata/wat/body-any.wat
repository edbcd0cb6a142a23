;; The floor of bodies of any length: held until its end, copied with one host call.
;; The memory takes 20 MiB, the same place for each body.
(module
  (import "env" "proxy_get_buffer_bytes" (func $get (param i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 322)
  (func (export "proxy_abi_version_0_2_1"))
  (func (export "proxy_on_memory_allocate") (param i32) (result i32) (i32.const 65536))
  (func (export "proxy_on_request_body") (param i32 i32 i32) (result i32)
    (if (result i32) (local.get 2)
      (then
        (drop (call $get (i32.const 0) (i32.const 0) (local.get 1) (i32.const 1000) (i32.const 1004)))
        (i32.const 0))
      (else (i32.const 1)))))
