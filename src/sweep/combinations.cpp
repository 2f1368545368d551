#include "ntksweep/sweep/combinations.hpp"

namespace ntksweep {

namespace {

void visit_axis(std::vector<Value>& values, std::span<const Axis* const> axes,
                const std::function<void(const Cell&)>& visit) {
  if (axes.empty()) {
    visit(Cell(values));
    return;
  }
  for (const Value& value : axes.front()->values) {
    values[axes.front()->setting] = value;
    visit_axis(values, axes.subspan(1), visit);
  }
}

}  // namespace

void visit_combinations(const Job& job, const std::function<bool(const Setting&)>& matters,
                        const std::function<void(const Cell&)>& visit) {
  std::vector<const Axis*> axes;
  for (const Axis& axis : job.axes) {
    if (matters(settings()[axis.setting])) axes.push_back(&axis);
  }
  std::vector<Value> values = job.values;
  visit_axis(values, axes, visit);
}

}  // namespace ntksweep
