#include "batch_script.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <stdexcept>

#include "format_time.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace embedded {
extern const unsigned char sweep_script_bytes[];
extern const std::size_t sweep_script_size;
extern const unsigned char array_script_bytes[];
extern const std::size_t array_script_size;
}  // namespace embedded

namespace {

std::string_view as_text(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

bool may_stand_in_a_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("._-,+").find(c) != std::string_view::npos;
}

const std::string& checked_name(const char* option, const std::string& name) {
  if (!std::ranges::all_of(name, may_stand_in_a_name)) {
    throw InputError(
        fmt::format("--{}: '{}' is no name of Slurm; it has letters, digits and . _ - , + only", option, name));
  }
  return name;
}

/// The job file's own, with what Slurm may not like replaced.
std::string queue_name(const std::string& job_path) {
  std::string name = std::filesystem::path(job_path).stem().string();
  std::ranges::replace_if(
      name, [](char c) { return !may_stand_in_a_name(c); }, '_');
  return name.empty() ? "ntksweep" : name;
}

std::string option_words(const std::vector<Override>& overrides) {
  std::vector<std::string> words;
  for (const Override& given : overrides) words.push_back(shell_quoted(fmt::format("--{}={}", given.name, given.text)));
  return fmt::format("{}", fmt::join(words, " "));
}

std::string time_lines(const SlurmRequest& request) {
  return fmt::format(
      "# Predicted: {} on {} rank{}{}. Where nothing else was asked for: 1.5 times that and 10 minutes, at most a "
      "day.\n"
      "#SBATCH --time={}",
      format_time(request.predicted_s), request.ranks(), request.ranks() == 1 ? "" : "s",
      request.shards > 0 ? " for each part" : "", slurm_time(request.time_s));
}

std::vector<NewLine> lines_of(const BatchScript& script) {
  const SlurmRequest& request = script.request;
  std::vector<NewLine> lines{
      {"#SBATCH --cpus-per-task=", fmt::format("#SBATCH --cpus-per-task={}", request.cores_per_rank)},
      {"#SBATCH --mem-per-cpu=",
       fmt::format("# Predicted for the largest cell, a quarter more, and 64 MiB; or as asked for.\n"
                   "#SBATCH --mem-per-cpu={:.0f}M",
                   request.mebibytes_per_core)},
      {"#SBATCH --time=", time_lines(request)},
      {"#SBATCH --job-name=", fmt::format("#SBATCH --job-name={}", queue_name(script.job_path))},
      {"job=${1:-", fmt::format("job=${{1:-{}}}", shell_quoted(script.job_path))},
      {"output=${2:-", fmt::format("output=${{2:-{}}}", shell_quoted(script.output_path))},
      {"options=()", fmt::format("options=({})", option_words(script.overrides))},
      {"ntksweep=${NTKSWEEP:-", fmt::format("ntksweep=${{NTKSWEEP:-{}}}", shell_quoted(script.program_path))}};
  if (!script.account.empty()) {
    lines.push_back({"##SBATCH --account=", "#SBATCH --account=" + checked_name("account", script.account)});
  }
  if (!script.partition.empty()) {
    lines.push_back({"##SBATCH --partition=", "#SBATCH --partition=" + checked_name("partition", script.partition)});
  }
  return lines;
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string with_lines(std::string_view text, const std::vector<NewLine>& lines) {
  std::string result(text);
  for (const auto& [prefix, line] : lines) {
    const std::string start = "\n" + std::string(prefix);
    const std::size_t at = result.find(start);
    if (at == std::string::npos || result.find(start, at + 1) != std::string::npos) {
      throw std::logic_error(fmt::format("the batch script has not exactly one line '{}...'", prefix));
    }
    const std::size_t end = std::min(result.size(), result.find('\n', at + 1));
    result.replace(at + 1, end - at - 1, line);
  }
  return result;
}

std::string batch_script(const BatchScript& script) {
  std::vector<NewLine> lines = lines_of(script);
  const SlurmRequest& request = script.request;
  if (request.shards > 0) {
    lines.push_back({"#SBATCH --array=", fmt::format("#SBATCH --array=0-{}", request.shards - 1)});
    lines.push_back({"#SBATCH --ntasks=", fmt::format("#SBATCH --ntasks={}", request.ranks_per_node)});
    return with_lines(as_text(embedded::array_script_bytes, embedded::array_script_size), lines);
  }
  lines.push_back({"#SBATCH --nodes=", fmt::format("#SBATCH --nodes={}", request.nodes)});
  lines.push_back({"#SBATCH --ntasks-per-node=", fmt::format("#SBATCH --ntasks-per-node={}", request.ranks_per_node)});
  return with_lines(as_text(embedded::sweep_script_bytes, embedded::sweep_script_size), lines);
}

}  // namespace ntksweep
