#include "dead_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace ntksweep {

namespace {

constexpr std::size_t deaths_to_quarantine = 2;

std::string how(const Death& death) { return fmt::format("{} on {}", death.cause, death.host); }

}  // namespace

DeadCells::DeadCells(std::string output_path, Quarantined quarantined)
    : output_path_(std::move(output_path)),
      run_(static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count())) {
  if (quarantined == Quarantined::are_tried_again) remove();
  deaths_ = read_deaths(output_path_);
}

std::vector<const Death*> DeadCells::of(std::uint64_t key) const {
  std::vector<const Death*> found;
  for (const Death& death : deaths_) {
    if (death.key == key) found.push_back(&death);
  }
  return found;
}

void DeadCells::find(const PreparedJob& prepared, const std::function<bool(std::uint64_t)>& is_done) {
  const auto is_bad = [this](const Death& death) { return of(death.key).size() >= deaths_to_quarantine; };
  if (std::ranges::none_of(deaths_, is_bad)) return;
  for (std::uint64_t cell = 0; cell < prepared.grid.size(); ++cell) {
    if (!is_done(cell)) quarantine(cell, prepared.data.key(prepared.grid.cell(cell)));
  }
}

void DeadCells::add(Death death) {
  death.run = run_;
  const auto is_same = [](const Death& a, const Death& b) { return a.run == b.run && a.rank == b.rank; };
  for (Death& known : read_deaths(output_path_)) {
    const bool is_new = std::ranges::none_of(deaths_, [&](const Death& other) { return is_same(known, other); });
    if (is_new) deaths_.push_back(std::move(known));
  }
  if (std::ranges::any_of(deaths_, [&](const Death& known) { return is_same(known, death); })) return;
  append_death(output_path_, death);
  deaths_.push_back(std::move(death));
}

bool DeadCells::quarantine(std::uint64_t cell, std::uint64_t key) {
  if (of(key).size() < deaths_to_quarantine) return false;
  quarantined_.insert(cell);
  return true;
}

std::string DeadCells::message(std::uint64_t cell, std::uint64_t key) const {
  const auto deaths = of(key);
  const std::string last = deaths.empty() ? std::string() : fmt::format(" (the last by {})", how(*deaths.back()));
  return fmt::format(
      "{} processes died at this cell{}; alone: ntksweep replay --cell {}; again: ntksweep run --retry-quarantined",
      deaths.size(), last, cell);
}

}  // namespace ntksweep
