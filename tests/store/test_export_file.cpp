#include "ntksweep/store/export_file.hpp"

#include <gtest/gtest.h>

#include "ntksweep/nn/initialization.hpp"
#include "python.hpp"
#include "small_sweep.hpp"

/// A Python script that shares no code with the program finds the same predictions, kernels and gradient step.
namespace ntksweep {
namespace {

using test::run_python;
using test::SmallSweep;
using test::TemporaryFolder;

const char* const one_cell = R"([grid]
width = [5]
samples = [6]
step_size = [0.5]
[model]
depth = 2
activation = "tanh"
biases = "hidden"
[data]
input_dim = 3
outputs = 2
teacher = "network"
test_samples = 4
label_noise = 0.1
[training]
max_steps = 1
tolerance = 0.0
)";

/// One step of gradient descent, so that the script can take the same step.
CellRun run_one_step(const Cell& cell, const CellSpec& spec) {
  Architecture architecture = spec.architecture;
  architecture.inputs = 3;
  architecture.outputs = 2;
  CellRun run{{},
              std::make_shared<const Dataset>(make_dataset(spec.data, RawData{}, spec.samples)),
              initialize(architecture, spec.seed_init),
              initialize(architecture, spec.seed_init),
              spec.rules,
              0,
              0};
  run.record.key = cell_key(cell, 0);
  run.step_size_critical = 2.0 * 6 / full_kernel_lambda_max(run.initial, run.data->x);
  run.step_size_absolute = spec.step_size * run.step_size_critical;
  const TrainingOutcome outcome = train(run.trained, *run.data, spec.rules, constant_step(run.step_size_absolute),
                                        {0, 1}, [](std::size_t, std::int64_t) {});
  run.record.status = outcome.status;
  return run;
}

void check_export(KernelKind kind) {
  const SmallSweep sweep(one_cell);
  const Cell cell = sweep.grid.cell(0);
  const TemporaryFolder folder;
  const std::string path = folder.file("cell.h5");
  write_export(path, run_one_step(cell, describe(cell)), cell, kind);
  EXPECT_EQ(run_python("check_export.py", path), "ok\n");
}

TEST(ExportFile, HoldsEverythingToCheckACellWithTheFullKernel) { check_export(KernelKind::full); }

TEST(ExportFile, HoldsEverythingToCheckACellWithTheTracedKernel) { check_export(KernelKind::trace); }

TEST(ExportFile, AnOlderExportIsReplacedButAResultFileIsNot) {
  const SmallSweep sweep(one_cell);
  const Cell cell = sweep.grid.cell(0);
  const TemporaryFolder folder;
  const CellRun run = run_one_step(cell, describe(cell));
  write_export(folder.file("cell.h5"), run, cell, KernelKind::trace);
  EXPECT_NO_THROW(write_export(folder.file("cell.h5"), run, cell, KernelKind::trace));
  sweep.open(folder.file("out.h5"));
  const std::string message =
      test::message_of<InputError>([&] { write_export(folder.file("out.h5"), run, cell, KernelKind::trace); });
  EXPECT_NE(message.find("not an export of a cell"), std::string::npos) << message;
  EXPECT_EQ(ResultReader(folder.file("out.h5")).cell_count(), 1U);
}

TEST(ExportFile, APlaceThatCannotBeWrittenIsNamed) {
  const SmallSweep sweep(one_cell);
  const Cell cell = sweep.grid.cell(0);
  const TemporaryFolder folder;
  const std::string path = folder.file("no/such/cell.h5");
  const std::string message = test::message_of<InputError>(
      [&] { write_export(path, run_one_step(cell, describe(cell)), cell, KernelKind::trace); });
  EXPECT_NE(message.find(path), std::string::npos) << message;
}

}  // namespace
}  // namespace ntksweep
