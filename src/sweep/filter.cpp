#include "ntksweep/sweep/filter.hpp"

#include <cmath>
#include <stdexcept>

#include "filter_parser.hpp"

namespace ntksweep {

namespace {

using ValueOf = std::function<const Value&(std::size_t)>;

double number_of(const Value& value) {
  const auto* integer = std::get_if<std::int64_t>(&value);
  return integer != nullptr ? static_cast<double>(*integer) : std::get<double>(value);
}

const std::string& text_of(const FilterNode& node, const ValueOf& value_of) {
  return node.op == FilterOp::text ? node.text : std::get<std::string>(value_of(node.setting));
}

double evaluate(const FilterNode& node, const ValueOf& value_of) {
  const auto operand = [&](std::size_t i) { return evaluate(node.children[i], value_of); };
  const auto same_text = [&] { return text_of(node.children[0], value_of) == text_of(node.children[1], value_of); };
  switch (node.op) {
    case FilterOp::number:
      return node.number;
    case FilterOp::setting_number:
      return number_of(value_of(node.setting));
    case FilterOp::negate:
      return -operand(0);
    case FilterOp::add:
      return operand(0) + operand(1);
    case FilterOp::subtract:
      return operand(0) - operand(1);
    case FilterOp::multiply:
      return operand(0) * operand(1);
    case FilterOp::divide:
      return operand(0) / operand(1);
    case FilterOp::power:
      return std::pow(operand(0), operand(1));
    case FilterOp::less:
      return operand(0) < operand(1);
    case FilterOp::less_equal:
      return operand(0) <= operand(1);
    case FilterOp::greater:
      return operand(0) > operand(1);
    case FilterOp::greater_equal:
      return operand(0) >= operand(1);
    case FilterOp::equal:
      return operand(0) == operand(1);
    case FilterOp::not_equal:
      return operand(0) < operand(1) || operand(0) > operand(1);
    case FilterOp::text_equal:
      return same_text();
    case FilterOp::text_not_equal:
      return !same_text();
    case FilterOp::logical_and:
      return operand(0) != 0 && operand(1) != 0;
    case FilterOp::logical_or:
      return operand(0) != 0 || operand(1) != 0;
    case FilterOp::logical_not:
      return operand(0) == 0;
    case FilterOp::text:
    case FilterOp::setting_text:
      break;
  }
  throw std::logic_error("a text stands where a filter needs a number");
}

}  // namespace

Filter::Filter(std::string_view expression, std::string_view where)
    : root_(std::make_shared<const FilterNode>(parse_filter(expression, where))) {}

bool Filter::keeps(const ValueOf& value_of) const { return evaluate(*root_, value_of) != 0; }

}  // namespace ntksweep
