;; control_test.go has it as base64: wat2wasm control.wat -o - | base64
(module
  (import "env" "twice" (func $twice (param i32) (result i32)))
  (type $pair (func (param i32 i32) (result i32 i32)))
  (table $t 6 funcref)
  (memory 1)
  (data $d "\01\02\03\04\05")
  (elem $p func $fact $twice $classify)
  (elem (table $t) (i32.const 3) func $twice $fact)
  (func $swap (type $pair) local.get 1 local.get 0)
  ;; loop with parameters and results: n! by (acc, n)
  (func $fact (export "fact") (param i32) (result i32)
    i32.const 1 local.get 0
    (loop $l (param i32 i32) (result i32)
      (local.set 0)
      (local.get 0) i32.mul
      (local.get 0) (i32.const 1) i32.sub
      (local.tee 0)
      (if (param i32) (result i32) (then (local.get 0) (br $l)))))
  (func $classify (export "classify") (param i32) (result i32)
    (local i32)
    (loop $again
      (block $out
        (block $c (block $b (block $a
          (br_table $a $b $again $c $out (local.get 0)))
          (local.set 1 (i32.const 10)) (br $out))
          (local.set 1 (i32.const 20)) (br $out))
        (local.set 1 (i32.const 30)))
      )
    local.get 1)
  (func (export "tables") (param i32) (result i32)
    (table.init $t $p (i32.const 0) (i32.const 0) (i32.const 3))
    (elem.drop $p)
    (memory.init $d (i32.const 0) (i32.const 0) (i32.const 5))
    (data.drop $d)
    (table.set $t (i32.const 5) (ref.func $twice))
    (call_indirect $t (param i32) (result i32) (local.get 0) (i32.const 0))
    (call_indirect $t (param i32) (result i32) (local.get 0) (i32.const 1)) i32.add
    (call_indirect $t (param i32) (result i32) (local.get 0) (i32.const 4)) i32.add
    (call_indirect $t (param i32) (result i32) (local.get 0) (i32.const 5)) i32.add
    (i32.load8_u (i32.const 4)) i32.add)
  (func (export "pairs") (param i32) (result i32)
    (local.get 0) (i32.const 7) (call $swap)
    (block (param i32 i32) (result i32 i32) (call $swap))
    i32.sub)
  (func (export "dead") (param i32) (result i32)
    (block (result i32) (br 0 (i32.const 3)) (loop (result i32) (br 0) (unreachable))))
)
