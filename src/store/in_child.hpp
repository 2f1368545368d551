#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace ntksweep {

/// What `work` returns, made by a copy of this process: for looking at files that HDF5 may crash on, or never get
/// through. InputError and SystemError come through as they are; every other end of the copy (another exception, a
/// signal, more than `limit_s` seconds of processor time) is a SystemError. For programs without MPI.
std::vector<std::byte> in_child(const std::function<std::vector<std::byte>()>& work, unsigned limit_s);

}  // namespace ntksweep
