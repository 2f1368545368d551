#include "slurm_facts.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "format_time.hpp"

namespace ntksweep {

namespace {

using Variable = std::function<const char*(const char* name)>;

/// The value of the variable, or nothing.
std::string text_of(const Variable& variable, const char* name) {
  const char* text = variable(name);
  return text == nullptr ? "" : text;
}

int number_of(const Variable& variable, const char* name) { return std::atoi(text_of(variable, name).c_str()); }

/// ", 8 tasks"; nothing where the variable is not set.
std::string part(const Variable& variable, const char* name, const char* format) {
  const std::string text = text_of(variable, name);
  return text.empty() ? "" : ", " + fmt::format(fmt::runtime(format), text);
}

std::string job_text(const Variable& variable) {
  return "job " + text_of(variable, "SLURM_JOB_ID") + part(variable, "SLURM_ARRAY_TASK_ID", "part {} of an array") +
         part(variable, "SLURM_JOB_PARTITION", "partition {}") + part(variable, "SLURM_JOB_NUM_NODES", "nodes: {}") +
         part(variable, "SLURM_NTASKS", "tasks: {}") + part(variable, "SLURM_CPUS_PER_TASK", "cores per task: {}") +
         part(variable, "SLURM_MEM_PER_NODE", "MiB per node: {}") +
         part(variable, "SLURM_MEM_PER_CPU", "MiB per core: {}") + part(variable, "SLURM_RESTART_COUNT", "restart {}");
}

Finding job(const Variable& variable, const RunSize& run) {
  const std::string found = job_text(variable);
  const int nodes = number_of(variable, "SLURM_JOB_NUM_NODES"), tasks = number_of(variable, "SLURM_NTASKS");
  constexpr const char* cure =
      "start this as the run is started, to see all of it: srun --mpi=pmix ntksweep doctor, or mpirun ntksweep doctor";
  if (nodes > run.nodes) {
    return {Grade::warning, "Slurm", fmt::format("{}; {} of its nodes seen from here", found, run.nodes), cure};
  }
  if (tasks > run.ranks) return {Grade::warning, "Slurm", fmt::format("{}; {} started here", found, run.ranks), cure};
  return {Grade::ok, "Slurm", found, {}};
}

Finding end_time(const Variable& variable, std::time_t now) {
  const std::string text = text_of(variable, "SLURM_JOB_END_TIME");
  const double left = std::strtod(text.c_str(), nullptr) - static_cast<double>(now);
  if (text.empty()) {
    return {
        Grade::warning, "end of the job", "not told (SLURM_JOB_END_TIME)",
        "slurm/sweep.sbatch has a signal sent before the end; in a script of your own give ntksweep run --time-limit"};
  }
  if (left > 0) return {Grade::ok, "end of the job", fmt::format("in {}", format_time(left)), {}};
  return {
      Grade::warning, "end of the job", fmt::format("{} ago", format_time(-left)),
      "these variables are of a job that is over: log in anew, or unset SLURM_JOB_END_TIME, which would stop a run"};
}

}  // namespace

std::vector<Finding> slurm_findings(const Variable& variable, const RunSize& run, std::time_t now) {
  if (text_of(variable, "SLURM_JOB_ID").empty()) return {{Grade::ok, "Slurm", "in no job", {}}};
  return {job(variable, run), end_time(variable, now)};
}

}  // namespace ntksweep
