#include <gtest/gtest.h>

#include <bit>

#include "ntksweep/store/export_file.hpp"
#include "ntksweep/store/hdf5_parameters.hpp"
#include "ntksweep/sweep/run_task.hpp"
#include "small_sweep.hpp"

/// A cell that starts from the export of another.
namespace ntksweep {
namespace {

using test::TemporaryFolder;

const std::string job_text = R"([grid]
width = 6
samples = 7
step_size = 0.5
seed = [3]
[data]
input_dim = 3
outputs = 2
label_noise = 0.1
[training]
max_steps = 20
tolerance = 0.0
[model]
depth = 2
activation = "tanh"
biases = "hidden"
parametrization = "standard"
)";

struct OneCell {
  Cell cell;
  CellRun run;
};

OneCell run_job(const std::string& text) {
  const Job job = parse_job(text, "test.toml", {});
  const Grid grid(job);
  const DataPool data = DataPool::load(job, {nullptr, read_hdf5_parameters});
  OneCell result{grid.cell(0), {}};
  const std::uint64_t number = 0;
  run_task(job, grid, data, std::span(&number, 1), [&](CellRun&& run) { result.run = std::move(run); });
  EXPECT_EQ(result.run.record.message, "");
  return result;
}

class StartFromExport : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string path = folder.file("cell.h5");
  OneCell first = run_job(job_text);

  StartFromExport() { write_export(path, first.run, first.cell, KernelKind::trace); }

  std::string from_file(const std::string& more = "") const {
    return job_text + "initialization = \"file\"\ninit_path = \"" + path + "\"\n" + more;
  }
};

TEST_F(StartFromExport, TheInitialWeightsGiveTheSameResultBits) {
  const OneCell again = run_job(from_file("init_state = \"initial\"\n"));
  EXPECT_EQ(again.run.initial.weights, first.run.initial.weights);
  EXPECT_EQ(again.run.initial.biases, first.run.initial.biases);
  EXPECT_EQ(again.run.trained.weights, first.run.trained.weights);
  EXPECT_EQ(again.run.trained.biases, first.run.trained.biases);
  EXPECT_NE(again.run.record.key, first.run.record.key) << "what it started from is part of a cell's identity";
  ASSERT_EQ(again.run.record.values.size(), first.run.record.values.size());
  for (std::size_t i = 0; i < first.run.record.values.size(); ++i) {
    const double a = again.run.record.values[i], b = first.run.record.values[i];
    EXPECT_EQ(std::bit_cast<std::uint64_t>(a), std::bit_cast<std::uint64_t>(b)) << i << ": " << a << ", " << b;
  }
}

TEST_F(StartFromExport, TheEndWeightsContinueWhereTrainingEnded) {
  const OneCell further = run_job(from_file());
  EXPECT_EQ(further.run.initial.weights, first.run.trained.weights);
  EXPECT_EQ(further.run.initial.biases, first.run.trained.biases);
  EXPECT_NE(further.run.trained.weights, first.run.trained.weights);
}

TEST_F(StartFromExport, AnotherSeedOfTheInitializationChangesNothing) {
  const OneCell a = run_job(from_file()), b = run_job(from_file("seed_init = 17\n"));
  EXPECT_EQ(a.run.initial.weights, b.run.initial.weights);
  EXPECT_EQ(a.run.trained.weights, b.run.trained.weights);
}

}  // namespace
}  // namespace ntksweep
