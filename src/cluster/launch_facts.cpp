#include <mpi.h>

#include <cstdlib>

#include "launcher.hpp"
#include "ntksweep/cluster/cluster.hpp"

namespace ntksweep {

namespace {

const char* from_environment(const char* name) { return std::getenv(name); }

/// "Open MPI v4.1.4, package: ..." -> "Open MPI v4.1.4".
std::string library_version() {
  std::string text(MPI_MAX_LIBRARY_VERSION_STRING, '\0');
  int length = 0;
  if (MPI_Get_library_version(text.data(), &length) != MPI_SUCCESS) return "unknown";
  text.resize(static_cast<std::size_t>(length));
  return text.substr(0, text.find_first_of(",\n"));
}

}  // namespace

bool is_first_process() { return is_first_started(from_environment); }

LaunchFacts launch_facts() {
  const char* pmix = std::getenv("PMIX_VERSION");
  return {launcher_name(from_environment), library_version(), pmix == nullptr ? "" : pmix};
}

}  // namespace ntksweep
