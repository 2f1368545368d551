#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "small_sweep.hpp"

namespace ntksweep {
namespace {

using test::SmallSweep;
using test::TemporaryFolder;
using test::values_of;

class ResultFileTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string path = folder.file("out.h5");
  SmallSweep sweep{test::dense_job};
};

bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

TEST_F(ResultFileTest, ANewFileHasEveryCellPending) {
  const ResultFile file = sweep.open(path);
  EXPECT_FALSE(file.resumed());
  EXPECT_EQ(file.status(0), Status::pending);
  EXPECT_EQ(ResultReader(path).statuses(), std::vector<Status>(192, Status::pending));
}

TEST_F(ResultFileTest, ANumberNotWrittenIsMissing) {
  const ResultFile file = sweep.open(path);
  const StoredCell cell = ResultReader(path).cell(191, sweep.layout);
  EXPECT_TRUE(std::ranges::all_of(cell.values, [](double value) { return std::isnan(value); }));
  EXPECT_EQ(cell.rank, -1);
  EXPECT_EQ(cell.attempt, -1);
  EXPECT_EQ(cell.host, "");
  EXPECT_EQ(cell.message, "");
}

TEST_F(ResultFileTest, EveryCellIsReadBackAsItWasWritten) {
  ResultFile file = sweep.open(path);
  for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
    file.write(sweep.record(cell), sweep.extents,
               {.rank = static_cast<int>(cell % 3), .host = "node" + std::to_string(cell % 5)});
  }
  file.commit();
  const ResultReader reader(path);
  for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
    const Record written = sweep.record(cell);
    const StoredCell read = reader.cell(cell, sweep.layout);
    ASSERT_EQ(read.values, written.values) << "cell " << cell;
    EXPECT_EQ(read.key, written.key);
    EXPECT_EQ(read.status, written.status);
    EXPECT_EQ(read.checksum, record_checksum(written));
    EXPECT_EQ(read.wall_time_s, written.wall_time_s);
    EXPECT_EQ(read.training_s, written.training_s);
    EXPECT_EQ(read.rank, static_cast<int>(cell % 3));
    EXPECT_EQ(read.host, "node" + std::to_string(cell % 5));
    EXPECT_EQ(read.attempt, 0);
    EXPECT_EQ(read.integrity, Integrity::intact);
  }
}

/// Rows near each other are written together with what lies between them.
TEST_F(ResultFileTest, CellsBetweenThoseOfACommitStayAsTheyWere) {
  ResultFile file = sweep.open(path);
  for (const std::uint64_t cell : {6U, 101U}) file.write(sweep.record(cell), sweep.extents, {.rank = 0, .host = "a"});
  file.commit();
  for (const std::uint64_t cell : {103U, 5U, 99U, 8U})
    file.write(sweep.record(cell), sweep.extents, {.rank = 1, .host = "b"});
  file.commit();
  const ResultReader reader(path);
  for (const std::uint64_t cell : {5U, 6U, 8U, 99U, 101U, 103U}) {
    EXPECT_EQ(reader.cell(cell, sweep.layout).values, sweep.record(cell).values) << cell;
    EXPECT_EQ(reader.cell(cell, sweep.layout).integrity, Integrity::intact) << cell;
  }
  EXPECT_EQ(reader.cell(6, sweep.layout).host, "a");
  for (const std::uint64_t cell : {7U, 100U, 102U}) {
    EXPECT_EQ(reader.cell(cell, sweep.layout).status, Status::pending);
    EXPECT_EQ(reader.cell(cell, sweep.layout).attempt, -1) << cell;
  }
}

TEST_F(ResultFileTest, OfTwoRecordsOfACellInOneCommitTheLastCounts) {
  ResultFile file = sweep.open(path);
  Record first = sweep.record(5);
  first.status = Status::failed;
  first.values.clear();
  file.write(first, sweep.extents, {});
  file.write(sweep.record(7), sweep.extents, {});
  file.write(sweep.record(5), sweep.extents, {.rank = 4, .host = "b"});
  file.commit();
  const ResultReader reader(path);
  EXPECT_EQ(reader.cell(5, sweep.layout).values, sweep.record(5).values);
  EXPECT_EQ(reader.cell(5, sweep.layout).status, Status::max_steps);
  EXPECT_EQ(reader.cell(5, sweep.layout).integrity, Integrity::intact);
  EXPECT_EQ(reader.cell(6, sweep.layout).attempt, -1);
}

TEST_F(ResultFileTest, AWrittenCellIsPendingUntilTheCommit) {
  ResultFile file = sweep.open(path);
  file.write(sweep.record(7), sweep.extents, {});
  EXPECT_EQ(file.status(7), Status::pending);
  EXPECT_EQ(ResultReader(path).statuses()[7], Status::pending);
  file.commit();
  EXPECT_EQ(file.status(7), Status::max_steps);
  EXPECT_EQ(ResultReader(path).statuses()[7], Status::max_steps);
}

TEST_F(ResultFileTest, ASmallerCellIsPaddedAndKeepsItsLastCheckpointAndOutputLayerLast) {
  const Extents own{3, 2, 2};
  const Record record = sweep.record(4, own);
  ResultFile file = sweep.open(path);
  file.write(record, own, {});
  file.commit();
  const RecordLayout own_layout = make_layout(selected_statistics(sweep.job), own);
  const StoredCell read = ResultReader(path).cell(4, sweep.layout);
  EXPECT_EQ(read.checksum, record_checksum(record));
  EXPECT_TRUE(same_numbers(read.values, convert_layout(own_layout, record.values, sweep.layout)));
  const auto loss = values_of(sweep.layout, read.values, "train_loss");
  EXPECT_TRUE(std::isnan(loss[2]));
  EXPECT_EQ(loss[3], values_of(own_layout, record.values, "train_loss")[2]);
}

TEST_F(ResultFileTest, AFailedCellWithoutValuesKeepsItsMessage) {
  Record record = sweep.record(3);
  record.values.clear();
  record.status = Status::failed;
  record.message = "the kernel is not finite";
  ResultFile file = sweep.open(path);
  file.write(record, sweep.extents, {});
  file.commit();
  const StoredCell read = ResultReader(path).cell(3, sweep.layout);
  EXPECT_EQ(read.status, Status::failed);
  EXPECT_EQ(read.message, "the kernel is not finite");
  EXPECT_TRUE(std::isnan(values_of(sweep.layout, read.values, "steps")[0]));
  EXPECT_EQ(read.integrity, Integrity::intact);
}

TEST_F(ResultFileTest, OpeningAgainGoesOnWhereTheLastRunStopped) {
  {
    ResultFile file = sweep.open(path);
    file.write(sweep.record(1), sweep.extents, {});
    file.commit();
  }
  ResultFile file = sweep.open(path);
  EXPECT_TRUE(file.resumed());
  EXPECT_EQ(file.status(1), Status::max_steps);
  EXPECT_EQ(file.status(2), Status::pending);
  file.write(sweep.record(2), sweep.extents, {});
  file.commit();
  const ResultReader reader(path);
  EXPECT_EQ(reader.cell(1, sweep.layout).attempt, 0);
  EXPECT_EQ(reader.cell(2, sweep.layout).attempt, 1);
}

TEST_F(ResultFileTest, ACellComputedAnewIsPendingUntilItIsCommittedAgain) {
  ResultFile file = sweep.open(path);
  file.write(sweep.record(5), sweep.extents, {});
  file.commit();
  file.write(sweep.record(5), sweep.extents, {});
  EXPECT_EQ(ResultReader(path).statuses()[5], Status::pending);
  file.commit();
  EXPECT_EQ(ResultReader(path).statuses()[5], Status::max_steps);
}

TEST_F(ResultFileTest, ARecordThatDoesNotFitItsExtentsIsAnErrorOfTheProgram) {
  ResultFile file = sweep.open(path);
  EXPECT_THROW(file.write(sweep.record(0), {3, 2, 2}, {}), std::logic_error);
}

TEST_F(ResultFileTest, AReaderThatStaysOpenSeesWhatIsCommittedLater) {
  ResultFile file = sweep.open(path);
  const ResultReader reader(path);
  EXPECT_EQ(reader.cell(1, sweep.layout).status, Status::pending);
  file.write(sweep.record(1), sweep.extents, {});
  file.commit();
  EXPECT_EQ(reader.cell(1, sweep.layout).values, sweep.record(1).values);
  EXPECT_EQ(reader.statuses()[1], Status::max_steps);
}

TEST_F(ResultFileTest, AColumnHasOneNumberOfEveryCell) {
  ResultFile file = sweep.open(path);
  file.write(sweep.record(9), sweep.extents, {.rank = 6, .host = "a"});
  file.commit();
  const ResultReader reader(path);
  EXPECT_EQ(reader.column("wall_time")[9], 9.5);
  EXPECT_TRUE(std::isnan(reader.column("wall_time")[8]));
  EXPECT_EQ(reader.column("rank")[9], 6);
  EXPECT_EQ(reader.column("rank").size(), sweep.grid.size());
}

TEST_F(ResultFileTest, TheReaderKnowsTheJob) {
  const SmallSweep changed(test::dense_job, {4, 3, 3}, {{"grid.width", "4,8"}});
  const ResultFile file = changed.open(path);
  const ResultReader reader(path);
  EXPECT_EQ(reader.job_text(), test::dense_job);
  EXPECT_EQ(reader.job_origin(), "small.toml");
  ASSERT_EQ(reader.overrides().size(), 1U);
  EXPECT_EQ(reader.overrides()[0].name, "grid.width");
  EXPECT_EQ(reader.overrides()[0].text, "4,8");
  EXPECT_EQ(reader.extents().checkpoints, 4U);
  EXPECT_EQ(reader.extents().layers, 3U);
  EXPECT_EQ(reader.extents().eigenvalues, 3U);
  EXPECT_EQ(reader.cell_count(), 128U);
  EXPECT_EQ(reader.attribute("settings"), resolved_settings(changed.job));
}

TEST_F(ResultFileTest, AFilteredSweepIsStoredAsAList) {
  const SmallSweep list(std::string(test::dense_job).replace(7, 0, "where = \"width < 16 or samples == 5\"\n"));
  ASSERT_FALSE(list.grid.dense());
  ResultFile file = list.open(path);
  const std::uint64_t last = list.grid.size() - 1;
  file.write(list.record(last), list.extents, {});
  file.commit();
  EXPECT_EQ(ResultReader(path).cell_count(), list.grid.size());
  EXPECT_EQ(ResultReader(path).cell(last, list.layout).values, list.record(last).values);
}

TEST_F(ResultFileTest, ThePredictedSizeIsThatOfTheFile) {
  const ResultFile file = sweep.open(path);
  const double size = static_cast<double>(std::filesystem::file_size(path));
  EXPECT_NEAR(static_cast<double>(predicted_file_bytes(sweep.job, sweep.grid, sweep.extents)), size, 16384);
}

TEST_F(ResultFileTest, NothingButTheFileIsLeftBehind) {
  sweep.open(path).finish();
  const auto entries = std::filesystem::directory_iterator(std::filesystem::path(path).parent_path());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST_F(ResultFileTest, WhatAKilledCreationLeftIsRemoved) {
  test::write_text(path + ".tmp.12345", "half a file");
  const ResultFile file = sweep.open(path);
  EXPECT_FALSE(std::filesystem::exists(path + ".tmp.12345"));
}

}  // namespace
}  // namespace ntksweep
