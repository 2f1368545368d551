#pragma once

#include <stdexcept>
#include <string>

namespace ntksweep {

/// The text as one line that a terminal shows as it is: line ends and tabs become blanks, other control characters '?'.
std::string in_one_line(std::string text);

/// What the three kinds of error have in common: a message of one line, whatever names and values it quotes.
class Error : public std::runtime_error {
 protected:
  explicit Error(const std::string& message) : std::runtime_error(in_one_line(message)) {}
};

/// The user gave something that cannot work: one line that says what, where, why and what to try.
/// The program ends with exit code 2.
class InputError : public Error {
 public:
  explicit InputError(const std::string& message) : Error(message) {}
};

/// A computation could not be carried out (LAPACK gave up, a kernel is not finite).
/// It becomes the status `failed` of one cell, with this message.
class NumericalError : public Error {
 public:
  explicit NumericalError(const std::string& message) : Error(message) {}
};

/// A file, the disk or MPI refused. The program ends with exit code 1; what is committed stays.
class SystemError : public Error {
 public:
  explicit SystemError(const std::string& message) : Error(message) {}
};

}  // namespace ntksweep
