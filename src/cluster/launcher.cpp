#include "launcher.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

namespace ntksweep {

namespace {

/// What a launcher calls the number of its processes, and what to do when MPI did not hear of it.
struct Launcher {
  const char* name;
  const char* size_variable;
  const char* cure;
};

constexpr Launcher launchers[] = {
    {"mpirun of another Open MPI", "OMPI_COMM_WORLD_SIZE",
     "try the mpirun of the Open MPI that the program was built with"},
    // Set by srun in its own steps only; a batch script that calls the program directly has none.
    {"srun", "SLURM_STEP_NUM_TASKS", "try srun --mpi=pmix (srun --mpi=list shows what there is), or mpirun"},
    {"mpirun of another MPI", "PMI_SIZE", "try the mpirun of the Open MPI that the program was built with"},
};

int number(const char* text) { return text == nullptr ? 0 : std::atoi(text); }

/// Started by srun itself; a step that mpirun made for its daemons is none.
bool is_in_step(const Environment& environment) {
  return number(environment("SLURM_STEP_NUM_TASKS")) > 0 && environment("OMPI_COMM_WORLD_SIZE") == nullptr;
}

bool has_pmix(const Environment& environment) {
  return environment("PMIX_RANK") != nullptr || environment("PMIX_NAMESPACE") != nullptr;
}

/// As srun's option --mpi has it; set by srun where it is not none.
std::string_view pmi_of_step(const Environment& environment) {
  const char* type = environment("SLURM_MPI_TYPE");
  return type == nullptr ? "none" : type;
}

}  // namespace

std::optional<std::string> step_without_pmi(const Environment& environment) {
  const bool has_pmi = has_pmix(environment) || environment("PMI_RANK") != nullptr || environment("PMI_FD") != nullptr;
  return is_in_step(environment) && !has_pmi ? launcher_mismatch(1, environment) : std::nullopt;
}

bool is_lone_step(const Environment& environment) {
  return is_in_step(environment) && number(environment("SLURM_STEP_NUM_TASKS")) == 1 && !has_pmix(environment);
}

std::string failed_start_text(const Environment& environment) {
  if (!is_in_step(environment) || !is_first_started(environment)) return {};
  const std::string_view type = pmi_of_step(environment);
  return fmt::format(
      "ntksweep: MPI ended the processes at their start under srun --mpi={} (its own words, if any, stand above); {}\n",
      type,
      type.starts_with("pmix")
          ? "try again with SLURM_PMIX_FENCE=ring in the environment, or mpirun"
          : "they do not speak the same PMI: try srun --mpi=pmix (srun --mpi=list shows what there is), or mpirun");
}

std::optional<std::string> launcher_mismatch(int mpi_size, const Environment& environment) {
  // One rank of Open MPI's own mpirun, which may run its daemons in a step of many.
  if (mpi_size > 1 || number(environment("OMPI_COMM_WORLD_SIZE")) == 1) return std::nullopt;
  for (const Launcher& launcher : launchers) {
    if (const int started = number(environment(launcher.size_variable)); started > 1) {
      return fmt::format("{} started {} processes, but MPI sees each as the only one (they do not find each other); {}",
                         launcher.name, started, launcher.cure);
    }
  }
  return std::nullopt;
}

bool is_first_started(const Environment& environment) {
  for (const char* variable : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "SLURM_PROCID"}) {
    if (const char* rank = environment(variable)) return std::string_view(rank) == "0";
  }
  return true;
}

std::string launcher_name(const Environment& environment) {
  if (environment("OMPI_COMM_WORLD_SIZE") != nullptr) return "mpirun";
  if (is_in_step(environment)) return fmt::format("srun --mpi={}", pmi_of_step(environment));
  return environment("PMI_SIZE") != nullptr ? "mpirun of another MPI" : "no launcher";
}

}  // namespace ntksweep
