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
#include "ntksweep/nn/named.hpp"
#include "ntksweep/ntk/statistics.hpp"
#include "ntksweep/ntk/step_rules.hpp"
#include "ntksweep/sweep/settings.hpp"
#include "statistics_markdown.hpp"

namespace ntksweep {

namespace {

struct StatisticsArguments {
  std::string filter;  ///< a group, or part of a name; empty: all
  bool markdown = false;
};

bool is_asked_for(const Statistic& row, const std::string& filter) {
  return group_info(row.group).name == filter || row.name.find(filter) != std::string_view::npos;
}

void list_statistics(const std::string& filter) {
  bool found = false;
  for (const Statistic& row : statistics()) {
    if (!is_asked_for(row, filter)) continue;
    found = true;
    fmt::print("{:<24} {:<9} {}\n", row.name, group_info(row.group).name, row.long_name);
    fmt::print("{:<34} {}{}{}\n", "", row.formula, row.reference.empty() ? "" : "; ", row.reference);
  }
  if (!found) {
    throw InputError(fmt::format("list statistics: '{}' is neither a group ({}) nor part of a name", filter,
                                 fmt::join(names_of(statistic_groups()), ", ")));
  }
}

void add_statistics(CLI::App& list, int& exit_code) {
  auto arguments = std::make_shared<StatisticsArguments>();
  auto* command = list.add_subcommand("statistics", "List the statistics");
  auto* filter = command->add_option("FILTER", arguments->filter, "a group of statistics, or part of a name");
  command->add_flag("--markdown", arguments->markdown, "all, as the tables in docs/theory.md")->excludes(filter);
  command->callback([arguments, &exit_code] {
    if (arguments->markdown) {
      fmt::print("{}", statistics_markdown());
    } else {
      list_statistics(arguments->filter);
    }
    exit_code = exit_code::success;
  });
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
      "  ntksweep list statistics            what is recorded: name, group, meaning, formula, source\n"
      "  ntksweep list statistics sharpness  those of one group, or with that in their names\n"
      "  ntksweep list axes                  every setting that becomes an axis by being given a list");
  add_statistics(*command, exit_code);
  for (const auto& [name, print] : listings()) {
    command->add_subcommand(name, fmt::format("List the {}", name))->callback([&print, &exit_code] {
      print();
      exit_code = exit_code::success;
    });
  }
}

}  // namespace ntksweep
