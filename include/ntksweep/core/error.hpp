#pragma once

#include <stdexcept>

namespace ntksweep {

/// The user gave something that cannot work: one line that says what, where, why and what to try.
/// The program ends with exit code 2.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A computation could not be carried out (LAPACK gave up, a kernel is not finite).
/// It becomes the status `failed` of one cell, with this message.
class NumericalError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file, the disk or MPI refused. The program ends with exit code 1; what is committed stays.
class SystemError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace ntksweep
