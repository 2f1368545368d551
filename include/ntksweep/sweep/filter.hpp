#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "ntksweep/sweep/value.hpp"

namespace ntksweep {

struct FilterNode;

/// grid.where: an expression that is true for the cells to keep. Numbers, names of numeric cell
/// settings, + - * / ^ ( ), one of < <= > >= == !=, joined by and, or, not; settings that are texts
/// compare by == and != with a quoted text. ^ binds tightest and to the right, `not` looser than
/// comparisons, `and` before `or`.
class Filter {
 public:
  /// Throws InputError naming `where`, the column and what was expected there.
  Filter(std::string_view expression, std::string_view where);

  /// `value_of` gives the value of a setting (by its index) in the cell at hand. A comparison with
  /// what is not a number (0/0) is false.
  bool keeps(const std::function<const Value&(std::size_t setting)>& value_of) const;

 private:
  std::shared_ptr<const FilterNode> root_;
};

}  // namespace ntksweep
