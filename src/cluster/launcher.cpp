#include "launcher.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace ntksweep {

namespace {

/// What a launcher calls the number of its processes, and what to do when MPI did not hear of it.
struct Launcher {
  const char* name;
  const char* size_variable;
  const char* cure;
};

constexpr Launcher launchers[] = {
    // Set by srun in its own steps only; a batch script that calls the program directly has none.
    {"srun", "SLURM_STEP_NUM_TASKS", "try srun --mpi=pmix (srun --mpi=list shows what there is), or mpirun"},
    {"mpirun of another MPI", "PMI_SIZE", "try the mpirun of the Open MPI that the program was built with"},
};

int number(const char* text) { return text == nullptr ? 0 : std::atoi(text); }

}  // namespace

std::optional<std::string> launcher_mismatch(int mpi_size, const Environment& environment) {
  // Open MPI's own mpirun under srun: the count of the step is that of its daemons.
  if (mpi_size > 1 || environment("OMPI_COMM_WORLD_SIZE") != nullptr) return std::nullopt;
  for (const Launcher& launcher : launchers) {
    const int started = number(environment(launcher.size_variable));
    if (started > 1) {
      return fmt::format("{} started {} processes, but MPI sees each as the only one (they do not find each other); {}",
                         launcher.name, started, launcher.cure);
    }
  }
  return std::nullopt;
}

}  // namespace ntksweep
