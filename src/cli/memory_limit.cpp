#include "memory_limit.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "ntksweep/core/control_groups.hpp"
#include "ntksweep/core/error.hpp"

namespace ntksweep {

namespace {

constexpr std::string_view suffixes = "KMGT";
constexpr double mebibyte = 1024.0 * 1024.0;

double positive_number(const char* text) {
  const double value = text == nullptr ? 0 : std::strtod(text, nullptr);
  return value > 0 && std::isfinite(value) ? value : 0;
}

}  // namespace

double parse_bytes(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  double value = std::strtod(copy.c_str(), &end);
  std::string_view rest(end);
  if (const auto power =
          rest.empty() ? std::string_view::npos : suffixes.find(static_cast<char>(std::toupper(rest[0])));
      power != std::string_view::npos) {
    value *= std::pow(1024.0, static_cast<double>(power + 1));
    rest.remove_prefix(1);
  }
  const bool well_formed = end != copy.c_str() && (rest.empty() || rest == "B" || rest == "iB");
  if (!well_formed || !std::isfinite(value) || value <= 0) {
    throw InputError(
        fmt::format("--memory: '{}' is no size; give bytes, or a number with K, M, G or T, as in 8G", text));
  }
  if (value < mebibyte) {
    throw InputError(
        fmt::format("--memory: '{}' is {:.0f} bytes, too few for any rank; give a unit, as in 8G", text, value));
  }
  return value;
}

std::string format_bytes(double bytes) {
  constexpr std::array<std::string_view, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < units.size(); ++unit) bytes /= 1024;
  return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string memory_text(int ranks, double bytes) {
  if (ranks == 1) return fmt::format("a rank has {}", format_bytes(bytes));
  return fmt::format("all {} ranks of a node have {}", ranks, format_bytes(bytes));
}

double slurm_limit(const std::function<const char*(const char*)>& variable) {
  const double per_node = positive_number(variable("SLURM_MEM_PER_NODE"));
  const double per_core =
      positive_number(variable("SLURM_MEM_PER_CPU")) * positive_number(variable("SLURM_CPUS_ON_NODE"));
  double limit = INFINITY;
  for (const double mebibytes : {per_node, per_core}) {
    if (mebibytes > 0) limit = std::min(limit, mebibytes * mebibyte);
  }
  return limit;
}

NodeMemory node_memory() {
  const auto physical = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  const std::array limits{
      NodeMemory{physical, "physical memory"},
      NodeMemory{memory_of_groups(control_group_root, own_control_groups()), "control group"},
      NodeMemory{slurm_limit([](const char* name) { return std::getenv(name); }), "granted by Slurm"},
  };
  return *std::ranges::min_element(limits, {}, &NodeMemory::bytes);
}

}  // namespace ntksweep
