#include "statistics_markdown.hpp"

#include <fmt/format.h>

#include "ntksweep/ntk/statistics.hpp"

namespace ntksweep {

namespace {

/// A bar would end the cell, also inside code.
std::string in_cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result;
}

std::string code(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", in_cell(text)); }

std::string_view shape_name(Shape shape) {
  switch (shape) {
    case Shape::scalar:
      return "scalar";
    case Shape::per_layer:
      return "per layer";
    case Shape::spectrum:
      return "per eigenvalue";
    case Shape::test_outputs:
      return "per test sample and output";
  }
  return "";
}

std::string_view moment_name(Taken taken) {
  switch (taken) {
    case Taken::every_checkpoint:
      return "every checkpoint";
    case Taken::kernel_checkpoint:
      return "every kernel";
    case Taken::end:
      return "end";
  }
  return "";
}

std::string table_row(const Statistic& row) {
  return fmt::format("| {} | {}{} | {} | {} | {} | {} | {} |\n", code(row.name), shape_name(row.shape),
                     row.number == Number::integer ? ", integer" : "", row.unit, moment_name(row.taken),
                     in_cell(row.long_name), code(row.formula), in_cell(row.reference));
}

std::string sentence(std::string_view text) {
  std::string result = in_cell(text);
  if (!result.empty() && result[0] >= 'a' && result[0] <= 'z') result[0] = static_cast<char>(result[0] - 'a' + 'A');
  return result + '.';
}

std::string condition(const GroupInfo& group) {
  std::string text = group.usual ? "Recorded unless the job says otherwise" : "Recorded where `statistics.also` asks";
  if (group.needs_kernels) text += "; absent under `statistics.kernel = \"none\"`";
  return text;
}

}  // namespace

std::string statistics_markdown() {
  std::string text;
  for (const GroupInfo& group : statistic_groups()) {
    text +=
        fmt::format("### {}\n\n{} {}. Cost: {}.\n\n", group.name, sentence(group.help), condition(group), group.cost);
    text += "| name | shape | unit | taken | meaning | formula | reference |\n|---|---|---|---|---|---|---|\n";
    for (const Statistic& row : statistics()) {
      if (row.group == group.group) text += table_row(row);
    }
    text += '\n';
  }
  text.pop_back();
  return text;
}

}  // namespace ntksweep
