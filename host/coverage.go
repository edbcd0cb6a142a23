package host

// coverageExport is the function of a module that was built to count which of its
// statements run. It returns the address of its counters in the upper half and
// their length in the lower one; 0 for none.
const coverageExport = "sluice_coverage"

// collectCoverage hands the counters to VMOptions.Coverage. A VM that trapped has
// none that can be had.
func (vm *VM) collectCoverage() {
	if vm.o.Coverage == nil || vm.mod == nil || vm.Err() != nil || vm.cur != nil {
		return
	}
	f := vm.mod.ExportedFunction(coverageExport)
	if f == nil || len(f.Definition().ParamTypes()) != 0 || len(f.Definition().ResultTypes()) != 1 {
		return
	}
	results, err := f.Call(vm.ctx)
	if err != nil {
		vm.log(LogError, coverageExport+" failed: "+trapText(err))
		return
	}
	if data, ok := vm.read(results[0]>>32, uint64(uint32(results[0]))); ok && len(data) > 0 {
		vm.o.Coverage(append([]byte(nil), data...))
	}
}
