#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ntksweep {

enum class FilterOp {
  number,
  text,
  setting_number,
  setting_text,
  negate,
  add,
  subtract,
  multiply,
  divide,
  power,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  text_equal,
  text_not_equal,
  logical_and,
  logical_or,
  logical_not,
};

enum class FilterType { number, text, truth };

/// One node of a parsed filter; its operands are its children, in order.
struct FilterNode {
  FilterOp op;
  FilterType type;
  double number = 0;
  std::string text;
  std::size_t setting = 0;
  std::vector<FilterNode> children;
};

}  // namespace ntksweep
