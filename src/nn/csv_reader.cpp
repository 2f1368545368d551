#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "file_bytes.hpp"
#include "ntksweep/core/error.hpp"
#include "table_readers.hpp"

namespace ntksweep {

namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The text up to `end`, which is taken off `rest` together with one separator.
std::string_view take_until(std::string_view& rest, std::size_t end) {
  const auto piece = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return piece;
}

/// Semicolon and tab go before comma, which may stand for a decimal point beside them.
char find_separator(std::string_view line) {
  for (const char candidate : {';', '\t', ','}) {
    if (line.find(candidate) != std::string_view::npos) return candidate;
  }
  return ' ';
}

void split_fields(std::string_view line, char separator, std::vector<std::string_view>& fields) {
  fields.clear();
  std::string_view rest = trimmed(line);
  if (separator != ' ') rest = line;
  for (bool more = true; more;) {
    const auto end = separator == ' ' ? rest.find_first_of(blanks) : rest.find(separator);
    more = end != std::string_view::npos;
    fields.push_back(trimmed(take_until(rest, end)));
    if (separator == ' ') rest = trimmed(rest);
  }
}

/// Infinite when the number is too large for a double.
std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || text.empty()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return HUGE_VAL;
  return error == std::errc{} ? std::optional(value) : std::nullopt;
}

/// For messages: bytes that a terminal would not show as they are become '?'.
std::string printable(std::string_view text) {
  std::string result(text.substr(0, 40));
  std::ranges::replace_if(
      result, [](unsigned char c) { return c < 0x20 || c > 0x7E; }, '?');
  return result;
}

double number_at(const std::string& file, std::size_t line, std::size_t field, std::string_view text) {
  const auto number = parse_number(text);
  if (!number) {
    throw InputError(
        fmt::format("{}:{}: field {} is '{}' where a number is expected (a first line counts as a header "
                    "only when none of its fields is a number)",
                    file, line, field + 1, printable(text)));
  }
  if (!std::isfinite(*number)) {
    throw InputError(fmt::format("{}:{}: field {} is {}, which is not finite; remove or fill in such samples", file,
                                 line, field + 1, printable(text)));
  }
  return *number;
}

bool is_header(const std::vector<std::string_view>& fields) {
  return std::ranges::none_of(fields, [](std::string_view field) { return parse_number(field).has_value(); });
}

}  // namespace

Matrix parse_csv(std::string_view text, const std::string& file) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // byte-order mark
  std::vector<double> values;
  std::vector<std::string_view> fields;
  std::size_t width = 0, first_line = 0;
  char separator = ' ';
  bool may_be_header = true;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = take_until(text, text.find('\n'));
    if (trimmed(line).empty() || trimmed(line).starts_with('#')) continue;
    const bool before_numbers = width == 0;
    if (before_numbers) separator = find_separator(line);
    split_fields(line, separator, fields);
    if (before_numbers && std::exchange(may_be_header, false) && is_header(fields)) continue;
    if (before_numbers) {
      width = fields.size();
      first_line = number;
    }
    if (fields.size() != width) {
      throw InputError(fmt::format("{}:{}: {} fields where line {} has {}; every line needs the same number", file,
                                   number, fields.size(), first_line, width));
    }
    for (std::size_t i = 0; i < width; ++i) values.push_back(number_at(file, number, i, fields[i]));
  }
  if (values.empty()) throw InputError(fmt::format("{}: holds no line of numbers", file));
  const auto rows = static_cast<Index>(width);
  return Eigen::Map<const Matrix>(values.data(), rows, static_cast<Index>(values.size()) / rows);
}

RawTable split_labels(const Matrix& fields, Index label_row, const std::string& file) {
  const Index position = label_row < 0 ? fields.rows() + label_row : label_row;
  if (position < 0 || position >= fields.rows()) {
    throw InputError(fmt::format("data.label_column: {} lies outside of {}, which has {} columns (the first is 0)",
                                 label_row, file, fields.rows()));
  }
  if (fields.rows() < 2) {
    throw InputError(
        fmt::format("{}: has one column where inputs and a label are expected; give the labels in "
                    "data.labels_path if they are in a file of their own",
                    file));
  }
  RawTable table{Matrix(fields.rows() - 1, fields.cols()), fields.row(position)};
  table.inputs << fields.topRows(position), fields.bottomRows(fields.rows() - position - 1);
  return table;
}

RawTable read_csv(const std::string& path, const std::string& labels_path, const DataConfig& config) {
  const Matrix fields = parse_csv(read_file(path), path);
  if (labels_path.empty()) return split_labels(fields, config.label_column, path);
  return {fields, parse_csv(read_file(labels_path), labels_path)};
}

}  // namespace ntksweep
