package host

// wasiFiles are the functions about files and sockets: stdout and stderr can be
// written, nothing else exists.
func wasiFiles() []hostFunction {
	noSys, notSup, badF := errno(errnoNoSys), errno(errnoNotSup), errno(errnoBadF)
	return []hostFunction{
		wasi("fd_write", "iiii", wasiWrite),
		wasi("fd_pwrite", "iiiIi", func(vm *VM, s []uint64) uint32 { return vm.writev(s[0], s[1], s[2], s[4]) }),
		wasi("fd_read", "iiii", noSys),
		wasi("fd_pread", "iiiIi", noSys),
		wasi("fd_seek", "iIii", errno(errnoSuccess)),
		wasi("fd_close", "i", errno(errnoSuccess)),
		wasi("fd_fdstat_get", "ii", wasiFdstat),
		wasi("fd_fdstat_set_flags", "ii", noSys),
		wasi("fd_fdstat_set_rights", "iII", onlyOutput),
		wasi("fd_advise", "iIIi", errno(errnoSuccess)),
		wasi("fd_allocate", "iII", onlyOutput),
		wasi("fd_datasync", "i", onlyOutput),
		wasi("fd_sync", "i", onlyOutput),
		wasi("fd_filestat_get", "ii", badF),
		wasi("fd_filestat_set_size", "iI", onlyOutput),
		wasi("fd_filestat_set_times", "iIIi", onlyOutput),
		wasi("fd_prestat_get", "ii", badF),
		wasi("fd_prestat_dir_name", "iii", noSys),
		wasi("fd_readdir", "iiiIi", func(vm *VM, s []uint64) uint32 { return vm.zerosThen(errnoNotDir, s[4]) }),
		wasi("fd_renumber", "ii", wasiRenumber),
		wasi("fd_tell", "ii", wasiTell),
		wasi("path_create_directory", "iii", notSup),
		wasi("path_filestat_get", "iiiii", notSup),
		wasi("path_filestat_set_times", "iiiiIIi", notSup),
		wasi("path_link", "iiiiiii", notSup),
		wasi("path_open", "iiiiiIIii", errno(errnoNoEnt)),
		wasi("path_readlink", "iiiiii", func(vm *VM, s []uint64) uint32 { return vm.zerosThen(errnoNotSup, s[5]) }),
		wasi("path_remove_directory", "iii", notSup),
		wasi("path_rename", "iiiiii", notSup),
		wasi("path_symlink", "iiiii", notSup),
		wasi("path_unlink_file", "iii", notSup),
		wasi("sock_accept", "iii", func(vm *VM, s []uint64) uint32 { return vm.zerosThen(errnoNotSup, s[2]) }),
		wasi("sock_recv", "iiiiii", func(vm *VM, s []uint64) uint32 { return vm.zerosThen(errnoNotSup, s[4]) }),
		wasi("sock_send", "iiiii", func(vm *VM, s []uint64) uint32 { return vm.zerosThen(errnoNotSup, s[4]) }),
		wasi("sock_shutdown", "ii", notSup),
	}
}

func isOutput(fd uint64) bool { return uint32(fd) == 1 || uint32(fd) == 2 }

// onlyOutput pretends to succeed for stdout and stderr.
func onlyOutput(_ *VM, s []uint64) uint32 {
	if !isOutput(s[0]) {
		return errnoBadF
	}
	return errnoSuccess
}

func (vm *VM) zerosThen(answer uint32, ptrs ...uint64) uint32 {
	if e := vm.putZeros(ptrs...); e != errnoSuccess {
		return e
	}
	return answer
}

// wasiWrite: (fd, vectors, number of vectors, written pointer).
func wasiWrite(vm *VM, s []uint64) uint32 { return vm.writev(s[0], s[1], s[2], s[3]) }

// maxVectors bounds one fd_write, as most systems do.
const maxVectors = 1024

func (vm *VM) writev(fd, vectors, n, written uint64) uint32 {
	if !isOutput(fd) {
		return errnoBadF
	}
	if uint32(n) > maxVectors {
		return errnoInval
	}
	list, ok := vm.read(vectors, uint64(uint32(n))*8)
	if !ok {
		return errnoFault
	}
	total := uint32(0)
	for ; len(list) > 0; list = list[8:] {
		data, ok := vm.read(uint64(le32(list)), uint64(le32(list[4:])))
		if !ok || uint64(total)+uint64(len(data)) > 1<<31 {
			return errnoFault
		}
		vm.output(uint32(fd), data)
		total += uint32(len(data))
	}
	if !vm.putU32(written, total) {
		return errnoFault
	}
	return errnoSuccess
}

func le32(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// wasiFdstat says that stdout and stderr can be written.
func wasiFdstat(vm *VM, s []uint64) uint32 {
	if !isOutput(s[0]) {
		return errnoBadF
	}
	const rightFDWrite = 64
	vm.putU64(s[1], 0)
	vm.putU64(s[1]+8, rightFDWrite)
	vm.putU64(s[1]+16, 0)
	return errnoSuccess
}

func wasiRenumber(_ *VM, s []uint64) uint32 {
	if !isOutput(s[0]) || !isOutput(s[1]) {
		return errnoBadF
	}
	return errnoNotSup
}

func wasiTell(vm *VM, s []uint64) uint32 {
	if !isOutput(s[0]) {
		return errnoBadF
	}
	if !vm.putU64(s[1], 0) {
		return errnoFault
	}
	return errnoSuccess
}
