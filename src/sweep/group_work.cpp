#include <algorithm>

#include "flops.hpp"
#include "kind_table.hpp"
#include "ntksweep/sweep/record.hpp"
#include "ntksweep/sweep/work.hpp"

namespace ntksweep {

namespace {

using flops::cube;
using flops::square;

constexpr double limit_entry = 2500;         ///< infinite-width kernel, per entry and layer: closed form
constexpr double limit_series_entry = 9000;  ///< the same for tanh and gelu
constexpr double linearised_mode = 1500;  ///< powers of one eigenvalue at a checkpoint: four transcendental functions
constexpr double hessian_products = 25;
constexpr double hessian_entry = 30;  ///< per neuron and sample of a product

/// What the groups share: the kernel that theory works with, and its blocks.
struct TheorySizes {
  WorkSizes s;
  double full;       ///< rows of the full kernel, or n where outputs are apart
  double columns;    ///< right-hand sides: C where outputs are apart
  double test_rows;  ///< of the test block
  double kind;       ///< rows of the kernel of the job's kind
  double kind_columns, kind_test_rows;
  double limit;  ///< flops of an infinite-width kernel of n x n

  explicit TheorySizes(const WorkSizes& sizes, const std::string& activation) : s(sizes) {
    full = s.deep_training ? s.n * s.c : s.n;
    columns = s.deep_training ? 1 : s.c;
    test_rows = s.deep_training ? s.n_test * s.c : s.n_test;
    kind = s.kernel_size;
    kind_columns = s.full_kernel() ? 1 : s.c;
    kind_test_rows = s.full_kernel() ? s.n_test * s.c : s.n_test;
    const double entry = activation == "tanh" || activation == "gelu" ? limit_series_entry : limit_entry;
    limit = square(s.n) * (s.d + entry * s.hidden);
  }

  double full_kernel() const {
    WorkSizes whole = s;
    whole.kernel_size = full;
    return flops::kernel(whole);
  }
  /// Formed like a kernel of n^2 entries, without the symmetry.
  double block(double rows) const { return 2 * full_kernel() * rows / full; }
};

Work eigenvector_work(const TheorySizes& t) {
  const double one = flops::eigenvector_flops * cube(t.kind);
  return {one, 0, t.s.kernels * (one + 4 * square(t.kind))};
}

Work infinite_work(const TheorySizes& t) {
  return {t.limit + flops::eigenvector_flops * cube(t.s.n), 0, (t.s.kernels + 1) * 6 * square(t.kind)};
}

Work linearised_work(const TheorySizes& t) {
  const double decomposition = t.full_kernel() + flops::eigenvector_flops * cube(t.full);
  const double projection = t.block(t.test_rows) + 2 * t.test_rows * square(t.full);
  const double outputs = (2 * t.full + 4 * t.test_rows) * t.full * t.columns;
  return {decomposition + projection, 0, t.s.checkpoints * (outputs + linearised_mode * t.full)};
}

Work regression_work(const TheorySizes& t) {
  const double decomposition = flops::eigenvector_flops * cube(t.kind);
  const double solutions = 2 * (t.kind + t.kind_test_rows) * t.kind * t.kind_columns;
  const double one = decomposition + t.block(t.kind_test_rows) + solutions;
  const double limits = 2 * (flops::eigenvector_flops * cube(t.s.n) + t.limit * (1 + t.s.n_test / t.s.n));
  return {one + limits, 0, one};
}

/// QR of the two layers side by side at checkpoints, a few numbers at every step.
Work two_layer_work(const TheorySizes& t, double steps) {
  const double rank = t.s.d + t.s.c;
  return {20 * t.s.n * square(t.s.d), 300 * steps, t.s.checkpoints * 40 * t.s.m * square(rank)};
}

Work sharpness_work(const TheorySizes& t) {
  const double product = 12 * t.s.n * t.s.weights() + hessian_entry * t.s.n * t.s.m * t.s.hidden +
                         4 * flops::call_overhead * (t.s.hidden + 1);
  return {0, 0, t.s.checkpoints * hessian_products * product};
}

Work feature_work(const TheorySizes& t) {
  return {flops::forward(t.s, t.s.n), 0, t.s.checkpoints * 6 * t.s.n * t.s.m * t.s.hidden};
}

}  // namespace

Work predict_group_work(const Job& job, Group group, const CellSpec& spec, const DataShape& shape) {
  if (group_info(group).usual || !records_group(job, group)) return {};
  const TheorySizes sizes(work_sizes(job, spec, shape), spec.architecture.activation);
  switch (group) {
    case Group::eigenvectors:
      return eigenvector_work(sizes);
    case Group::infinite:
      return infinite_work(sizes);
    case Group::linearised:
      return linearised_work(sizes);
    case Group::regression:
      return regression_work(sizes);
    case Group::two_layer:
      return two_layer_work(sizes, static_cast<double>(spec.rules.max_steps));
    case Group::sharpness:
      return sharpness_work(sizes);
    case Group::features:
      return feature_work(sizes);
    default:
      return {};
  }
}

std::vector<WorkShare> work_by_purpose(const Job& job, const Grid& grid, const DataPool& data) {
  KindTable kinds(grid, data);
  struct Count {
    std::uint64_t first_cell;
    double groups, cells;
  };
  std::vector<Count> counts;
  for (std::uint64_t group = 0; group < grid.group_count(); ++group) {
    const auto cells = grid.cells_of_group(group);
    if (cells.empty()) continue;
    const std::uint32_t kind = kinds.kind_of(cells.front());
    if (kind == counts.size()) counts.push_back({cells.front(), 0, 0});
    ++counts[kind].groups;
    counts[kind].cells += static_cast<double>(cells.size());
  }
  std::vector<WorkShare> shares{{"training", 0}, {"kernels", 0}};
  for (const GroupInfo& row : statistic_groups()) {
    if (!row.usual) shares.push_back({std::string(row.name), 0});
  }
  for (const auto& [first_cell, groups, count] : counts) {
    const auto [spec, shape] = kinds.describe_kind(first_cell);
    const auto per_cell = [&, groups = groups, count = count](const Work& work) {
      return groups * work.shared + count * work.kernels;
    };
    const Work whole = predict_work(job, spec, shape);
    shares[0].flops += count * whole.training;
    shares[1].flops += per_cell(whole);
    std::size_t next = 2;
    for (const GroupInfo& row : statistic_groups()) {
      if (row.usual) continue;
      const Work part = predict_group_work(job, row.group, spec, shape);
      shares[next++].flops += per_cell(part) + count * part.training;
      shares[0].flops -= count * part.training;
      shares[1].flops -= per_cell(part);
    }
  }
  std::erase_if(shares, [](const WorkShare& share) { return share.flops <= 0; });
  std::ranges::stable_sort(shares, std::greater{}, &WorkShare::flops);
  return shares;
}

}  // namespace ntksweep
