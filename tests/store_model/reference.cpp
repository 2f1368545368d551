#include "reference.hpp"

#include <algorithm>

namespace ntksweep::test {

/// A finished cell becomes pending before it gets other numbers.
void Reference::begin_write(std::size_t cell) {
  if (visible_[cell] != 0) may_be_[cell].push_back(0);
}

void Reference::end_write(std::size_t cell, int numbers) {
  if (visible_[cell] != 0) {
    visible_[cell] = 0;
    all_on_disk();
  }
  waiting_[cell] = numbers;
}

void Reference::begin_commit() {
  for (const auto& [cell, numbers] : waiting_) may_be_[cell].push_back(numbers);
}

void Reference::end_commit() {
  if (waiting_.empty()) return;
  for (const auto& [cell, numbers] : waiting_) visible_[cell] = numbers;
  waiting_.clear();
  all_on_disk();
}

std::string Reference::found(const std::vector<int>& numbers) {
  for (std::size_t cell = 0; cell < cells(); ++cell) {
    if (std::ranges::find(may_be_[cell], numbers[cell]) != may_be_[cell].end()) continue;
    std::string allowed;
    for (const int may : may_be_[cell]) allowed += ' ' + std::to_string(may);
    return "cell " + std::to_string(cell) + " has numbers " + std::to_string(numbers[cell]) + ", may have:" + allowed;
  }
  visible_ = numbers;
  return {};
}

void Reference::all_on_disk() {
  for (std::size_t cell = 0; cell < cells(); ++cell) may_be_[cell].assign(1, visible_[cell]);
}

}  // namespace ntksweep::test
