#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "ntksweep/store/merge.hpp"
#include "small_sweep.hpp"

namespace ntksweep::test {

inline const std::string plain = "[grid]\nwidth=[4, 8]\nsamples=[5, 6]\nstep_size=[0.25, 0.5]\nseed=2\n";
inline const std::string wider = "[grid]\nwidth=[2, 4, 8, 16]\nsamples=[5, 6]\nstep_size=[0.25, 0.5]\nseed=3\n";

inline KeyOf key_of(const SmallSweep& sweep) {
  return [&sweep](std::uint64_t cell) { return cell_key(sweep.grid.cell(cell), 0, 0); };
}

/// As the cell would leave it in any sweep: its numbers follow from its key.
inline Record record_of(const SmallSweep& sweep, std::uint64_t cell) {
  Record record = sweep.record(cell);
  record.key = key_of(sweep)(cell);
  record.status = record.key % 2 == 0 ? Status::converged : Status::max_steps;
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    record.values[i] = static_cast<double>(record.key % 1000 + 7 * (i % 11));
  }
  return record;
}

/// Files of two sweeps, the smaller of which is a part of the larger.
class MergedFiles : public testing::Test {
 protected:
  std::string file(const std::string& name) const { return folder.file(name); }

  /// A file with results for the cells that `chosen` picks.
  template <class Chosen>
  std::string make(const std::string& name, const SmallSweep& sweep, Chosen chosen) const {
    ResultFile result = sweep.open(file(name));
    for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
      if (chosen(cell)) result.write(record_of(sweep, cell), sweep.extents, {3, "host-of-" + name});
    }
    result.finish();
    return file(name);
  }
  static auto all() {
    return [](std::uint64_t) { return true; };
  }

  std::optional<Inherited> extend(const std::string& path, const SmallSweep& sweep) const {
    return extend_result_file(path, sweep.job, sweep.grid, sweep.extents, key_of(sweep));
  }
  Inherited merge(const std::vector<std::string>& sources, const SmallSweep& sweep) const {
    return merge_result_files(sources, file("all.h5"), sweep.job, sweep.grid, sweep.extents, key_of(sweep));
  }

  /// Every cell of a key in `expected` has its numbers, all others are pending.
  void expect_cells(const std::string& path, const SmallSweep& sweep, const std::vector<std::uint64_t>& keys) const {
    const ResultReader reader(path);
    const auto statuses = reader.statuses();
    ASSERT_EQ(statuses.size(), sweep.grid.size());
    std::size_t found = 0;
    for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) {
      const Record expected = record_of(sweep, cell);
      if (std::ranges::find(keys, expected.key) == keys.end()) {
        EXPECT_EQ(statuses[cell], Status::pending) << cell;
        continue;
      }
      ++found;
      const StoredCell stored = reader.cell(cell, sweep.layout);
      EXPECT_EQ(stored.key, expected.key);
      EXPECT_EQ(stored.status, expected.status);
      EXPECT_EQ(stored.integrity, Integrity::intact);
      const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
      EXPECT_TRUE(std::ranges::equal(stored.values, expected.values, same)) << cell;
    }
    EXPECT_EQ(found, keys.size());
  }
  static std::vector<std::uint64_t> keys_of(const SmallSweep& sweep) {
    std::vector<std::uint64_t> keys;
    for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) keys.push_back(key_of(sweep)(cell));
    return keys;
  }

  TemporaryFolder folder;
  SmallSweep small{plain}, large{wider};
};

}  // namespace ntksweep::test
