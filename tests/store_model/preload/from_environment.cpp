#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "../disk.hpp"

/// The disk as a library to be preloaded (LD_PRELOAD) under a whole program, planned by the environment:
/// FAULTY_FOLDER (absolute; calls on the files in it count), FAULTY_CALL (1, 2, ...: the call that fails, 0: none),
/// FAULTY_ERROR (number of the error; 0: the call writes half), FAULTY_COUNT (a file that gets the number of calls and
/// the name of the one that failed).
namespace ntksweep::test {
namespace {

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

struct FromEnvironment {
  FromEnvironment() {
    if (variable("FAULTY_FOLDER").empty()) return;
    const int error = std::atoi(variable("FAULTY_ERROR").c_str());
    Disk::instance().watch(variable("FAULTY_FOLDER"));
    Disk::instance().arm(std::atol(variable("FAULTY_CALL").c_str()), error == 0 ? Fault::half : Fault::error, error, 1);
  }
  FromEnvironment(const FromEnvironment&) = delete;
  FromEnvironment& operator=(const FromEnvironment&) = delete;
  /// Processes that the program starts, of MPI's, have the library as well, but nothing to do with the folder.
  ~FromEnvironment() {
    if (Disk::instance().calls() == 0) return;
    if (std::FILE* file = std::fopen(variable("FAULTY_COUNT").c_str(), "w")) {
      std::fprintf(file, "%ld %s\n", Disk::instance().calls(), Disk::instance().last().c_str());
      std::fclose(file);
    }
  }
};

const FromEnvironment plan;

}  // namespace
}  // namespace ntksweep::test
