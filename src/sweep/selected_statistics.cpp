#include <fmt/format.h>

#include <algorithm>

#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

namespace {

std::vector<std::string> group_names() {
  std::vector<std::string> names;
  for (const GroupInfo& row : statistic_groups()) names.emplace_back(row.name);
  return names;
}

bool is_known(std::string_view name) {
  return std::ranges::any_of(statistics(), [&](const Statistic& row) { return row.name == name; }) ||
         std::ranges::any_of(statistic_groups(), [&](const GroupInfo& row) { return row.name == name; });
}

bool has_kernels(const Job& job) { return std::get<std::string>(job.value("kernel")) != "none"; }

const std::string& spectrum(const Job& job) { return std::get<std::string>(job.value("spectrum")); }

/// Kernels are measured without being formed.
bool has_no_entries(const Job& job) { return has_kernels(job) && spectrum(job) == "extremes"; }

/// A spectrum of which nothing is kept is none.
bool available(const Job& job, const Statistic& row) {
  if (group_info(row.group).needs_kernels && !has_kernels(job)) return false;
  return row.shape != Shape::spectrum || (spectrum(job) != "none" && spectrum(job) != "extremes");
}

/// What the job names in statistics.only and statistics.also.
struct Asked {
  const std::vector<std::string>&only, &also;

  explicit Asked(const Job& job)
      : only(std::get<std::vector<std::string>>(job.value("only"))),
        also(std::get<std::vector<std::string>>(job.value("also"))) {}

  void check(const Job& job) const {
    check(job, only, "statistics.only");
    check(job, also, "statistics.also");
  }

  bool for_row(const Statistic& row) const {
    if (row.group == Group::always || names(also, row)) return true;
    return only.empty() ? group_info(row.group).usual : names(only, row);
  }

 private:
  static bool names(const std::vector<std::string>& list, const Statistic& row) {
    return std::ranges::any_of(
        list, [&](const auto& name) { return name == row.name || name == group_info(row.group).name; });
  }

  static void check(const Job& job, const std::vector<std::string>& list, std::string_view key) {
    for (const std::string& name : list) {
      if (!is_known(name)) {
        std::vector<std::string> known = group_names();
        for (const Statistic& row : statistics()) known.emplace_back(row.name);
        throw InputError(
            fmt::format("{}: no statistic or group is called '{}'; did you mean '{}'? (see ntksweep list statistics)",
                        key, name, nearest_name(name, known)));
      }
      for (const Statistic& row : statistics()) {
        if (names({name}, row)) check_kernels(job, group_info(row.group), name, key);
      }
      check_spectrum(job, name, key);
    }
  }

  /// Eigenvalues alone are asked for, and the job keeps none of them.
  static void check_spectrum(const Job& job, const std::string& name, std::string_view key) {
    const auto is_kept = [&](const Statistic& row) {
      return names({name}, row) && (row.shape != Shape::spectrum || available(job, row));
    };
    if (!has_kernels(job) || std::ranges::any_of(statistics(), is_kept)) return;
    throw InputError(fmt::format("{}: '{}' records eigenvalues, but statistics.spectrum = {}; set it to top:k or full",
                                 key, name, spectrum(job)));
  }

  static void check_kernels(const Job& job, const GroupInfo& group, const std::string& name, std::string_view key) {
    if (!group.usual && group.needs_kernels && !has_kernels(job)) {
      throw InputError(
          fmt::format("{}: '{}' needs kernels, but statistics.kernel = none; set it to trace or full", key, name));
    }
    if (group.needs_entries && has_no_entries(job)) {
      throw InputError(fmt::format(
          "{}: '{}' needs the entries of a kernel, which statistics.spectrum = extremes does not form; set it to none, "
          "top:k or full",
          key, name));
    }
  }
};

}  // namespace

std::vector<const Statistic*> selected_statistics(const Job& job) {
  const Asked asked(job);
  asked.check(job);
  std::vector<const Statistic*> selected;
  for (const Statistic& row : statistics()) {
    if (available(job, row) && asked.for_row(row)) selected.push_back(&row);
  }
  return selected;
}

bool records_group(const Job& job, Group group) {
  // Asked for every kind of cell: without checking or copying the names again.
  const Asked asked(job);
  return std::ranges::any_of(statistics(), [&](const Statistic& row) {
    return row.group == group && available(job, row) && asked.for_row(row);
  });
}

bool needs_critical_step(const Job& job, const CellSpec& spec) {
  if (spec.method == Method::minimum_norm) return false;
  return spec.step_unit != StepUnit::absolute || spec.step_rule == "critical" || has_kernels(job);
}

}  // namespace ntksweep
