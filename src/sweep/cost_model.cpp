#include "ntksweep/sweep/cost_model.hpp"

#include <algorithm>

namespace ntksweep {

namespace {

/// The rate of all kinds counts as much as this many finished cells of the kind.
constexpr double cells_of_prior = 0.1;

}  // namespace

void CostModel::Sums::add(double more_flops, double more_seconds) {
  flops += more_flops;
  seconds += more_seconds;
}

double CostModel::rate(const Sums& own, double cell_flops, const Sums& all) {
  const double overall = all.seconds / all.flops;
  const double prior = cells_of_prior * cell_flops;
  return prior > 0 ? (own.seconds + prior * overall) / (own.flops + prior) : overall;
}

std::uint32_t CostModel::add_kind(const Work& work) {
  kinds_.push_back({work, {}, {}});
  return static_cast<std::uint32_t>(kinds_.size() - 1);
}

Seconds CostModel::predict(std::uint32_t kind) const {
  const auto& [work, training, other] = kinds_[kind];
  const double training_rate = rate(training, work.training, training_);
  const double other_rate = rate(other, work.kernels + work.shared, other_);
  return {work.training * training_rate + work.kernels * other_rate, work.shared * other_rate};
}

Seconds CostModel::predict_at_best(std::uint32_t number) const {
  const auto& [work, training, other] = kinds_[number];
  if (training.flops + other.flops > 0) return predict(number);
  const auto highest = [](const Sums& all) {
    return std::min(all.seconds / all.flops, assumed.seconds / assumed.flops);
  };
  return {work.training * highest(training_) + work.kernels * highest(other_), work.shared * highest(other_)};
}

void CostModel::learn(std::uint32_t kind, Place place, double training_s, double other_s) {
  if (training_s + other_s <= 0) return;
  auto& [work, training, other] = kinds_[kind];
  const double other_flops = work.kernels + (place == Place::first ? work.shared : 0.0);
  for (Sums* sums : {&training, &training_}) sums->add(work.training, training_s);
  for (Sums* sums : {&other, &other_}) sums->add(other_flops, other_s);
}

}  // namespace ntksweep
