#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>

#include "commands.hpp"
#include "exit_code.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/nn/activation.hpp"
#include "ntksweep/nn/architecture.hpp"
#include "ntksweep/nn/data_source.hpp"
#include "ntksweep/nn/initialization.hpp"
#include "ntksweep/nn/loss.hpp"
#include "ntksweep/ntk/statistics.hpp"
#include "ntksweep/ntk/step_rules.hpp"
#include "ntksweep/sweep/settings.hpp"

namespace ntksweep {

namespace {

void list_statistics() {
  for (const Statistic& row : statistics()) {
    fmt::print("{:<24} {:<9} {}\n", row.name, group_info(row.group).name, row.long_name);
    fmt::print("{:<34} {}{}{}\n", "", row.formula, row.reference.empty() ? "" : "; ", row.reference);
  }
}

template <class Row>
void list_formulas(std::span<const Row> rows) {
  for (const Row& row : rows) fmt::print("{:<16} {}\n", row.name, row.formula);
}

void list_datasets() {
  for (const DataSource& row : data_sources()) fmt::print("{:<10} {}\n", row.name, row.help);
}

void list_axes() {
  for (const Setting& row : settings()) {
    if (row.role != Role::cell) continue;
    fmt::print("{:<26} {}\n", row.name(), row.help);
    const std::string standard = to_text(row.default_value);
    fmt::print("{:<26} default {}{}\n", "", standard.empty() ? "none" : standard,
               row.choices.empty() ? "" : fmt::format("; {}", fmt::join(row.choices, " | ")));
  }
}

using Listing = std::pair<const char*, std::function<void()>>;

const std::vector<Listing>& listings() {
  static const std::vector<Listing> all{
      {"statistics", list_statistics},
      {"activations", [] { list_formulas(activations()); }},
      {"parametrizations", [] { list_formulas(parametrizations()); }},
      {"initializations", [] { list_formulas(initializations()); }},
      {"losses", [] { list_formulas(losses()); }},
      {"step_rules", [] { list_formulas(step_rules()); }},
      {"datasets", list_datasets},
      {"axes", list_axes},
  };
  return all;
}

}  // namespace

void add_list_command(CLI::App& program, int& exit_code) {
  auto* command = program.add_subcommand("list", "List what the program knows: statistics, activations, datasets, ...");
  command->require_subcommand(1);
  command->footer(
      "Examples:\n"
      "  ntksweep list statistics    what is recorded: name, group, meaning, formula, source\n"
      "  ntksweep list axes          every setting that becomes an axis by being given a list");
  for (const auto& [name, print] : listings()) {
    command->add_subcommand(name, fmt::format("List the {}", name))->callback([&print, &exit_code] {
      print();
      exit_code = exit_code::success;
    });
  }
}

}  // namespace ntksweep
