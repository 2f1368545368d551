#pragma once

#include <functional>
#include <optional>
#include <string>

namespace ntksweep {

/// Looks up a variable of the environment: nullptr when it is not set.
using Environment = std::function<const char*(const char* name)>;

/// What is wrong when srun started several processes and gave them no means to find each other (srun --mpi=none), so
/// that it can be said in place of the page of words with which Open MPI ends each of them. For before MPI is started.
std::optional<std::string> step_without_pmi(const Environment& environment);

/// Whether this is the only process of a step of srun, and has no PMIx. Open MPI refuses to start in it as it would in
/// one of several; it starts where it does not see the variables of the step.
bool is_lone_step(const Environment& environment);

/// What to say where MPI ends this process at its start, which in a step of srun means that they do not speak the same
/// PMI, or not well. Empty outside of a step and on all processes but the first.
std::string failed_start_text(const Environment& environment);

/// What is wrong when a launcher started several processes and MPI sees one: each would take itself
/// for the only one and do the whole job. Nothing when all is well. `mpi_size` is MPI's count.
std::optional<std::string> launcher_mismatch(int mpi_size, const Environment& environment);

/// Whether this is the process that speaks where all say the same, as far as launchers tell before MPI is up.
bool is_first_started(const Environment& environment);

/// What started this process: "mpirun", "mpirun of another MPI", "srun --mpi=pmix", "no launcher".
std::string launcher_name(const Environment& environment);

}  // namespace ntksweep
