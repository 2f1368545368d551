#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ntksweep/nn/architecture.hpp"
#include "ntksweep/nn/data_source.hpp"
#include "ntksweep/nn/network.hpp"
#include "ntksweep/nn/training_rules.hpp"
#include "ntksweep/sweep/settings.hpp"

namespace ntksweep {

/// One fully determined training run: a value for every setting.
class Cell {
 public:
  explicit Cell(std::vector<Value> values) : values_(std::move(values)) {}

  std::int64_t integer(std::string_view key) const;
  double real(std::string_view key) const;
  const std::string& text(std::string_view key) const;
  const std::vector<double>& reals(std::string_view key) const;
  const std::vector<Value>& values() const { return values_; }

 private:
  std::vector<Value> values_;
};

/// The cell's identity: a hash over the sorted (name, type, value) of all cell settings that
/// differ from their neutral default, and the content hashes of its data file and of its file of
/// initial parameters (0 for none), which stand for the settings that name those files. Seeds count
/// by the number they resolve to. With the files at hand, DataPool::key gives it.
std::uint64_t cell_key(const Cell& cell, std::uint64_t data_hash, std::uint64_t parameters_hash = 0);

enum class Method { gradient_descent, minimum_norm, flow };
enum class StepUnit { absolute, critical, critical_infinite };
enum class Precision { float64, float32 };

/// A cell in the terms of the layers below. The network's inputs and outputs come from the data.
struct CellSpec {
  Architecture architecture;
  DataConfig data;
  Index samples;
  std::uint64_t seed_init;
  std::string init_path;   ///< of model.initialization = file
  StoredState init_state;  ///< which of an export's networks it means
  Method method;
  TrainingRules rules;
  double step_size;
  StepUnit step_unit;
  std::string step_rule;
  std::vector<double> schedule_steps;
  std::vector<double> schedule_factors;
  double schedule_floor;
  double flow_tolerance;
  Precision precision;
  int threads;
};
CellSpec describe(const Cell& cell);

/// Throws InputError naming the keys where settings that are fine alone cannot go together (the
/// minimum-norm solution of a model whose hidden layers are trained, mean_field with a depth other
/// than 1, a wrong number of layer factors).
void check_cell(const CellSpec& spec);

}  // namespace ntksweep
