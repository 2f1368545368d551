#pragma once

#include <functional>
#include <string>
#include <vector>

#include "../store/small_sweep.hpp"
#include "ntksweep/store/merge.hpp"
#include "row.hpp"

namespace ntksweep::test {

/// A small sweep whose cells may have several sets of numbers, and a look into its file past the store: at the places
/// that HDF5 says, with plain reads.
class SampleStore {
 public:
  /// `cells`: those that are used; all others are to stay pending.
  SampleStore(const std::string& job, Extents extents, std::vector<std::uint64_t> cells);

  const SmallSweep& sweep() const { return sweep_; }
  const std::vector<std::uint64_t>& cells() const { return cells_; }
  /// The same for the cells() of every store, by their position there.
  Record record(std::uint64_t cell, int numbers) const;
  KeyOf key_of() const;
  Origin origin(int numbers) const;

  /// Asks HDF5 where everything lies. Throws std::runtime_error where a coordinate does not have the job's values.
  void find_places(const std::string& path);

  /// Which numbers each of cells() has; throws std::runtime_error saying which cell has bytes that are none of them.
  std::vector<int> numbers_in(const std::string& path) const;
  /// The same by way of ResultReader.
  std::vector<int> numbers_read(const std::string& path) const;
  /// All bytes that lie between the variables: nobody writes them after the file is created.
  std::string metadata_of(const std::string& path) const;

 private:
  std::uint64_t identity(std::uint64_t cell) const;
  int numbers_of(std::uint64_t cell, const StoredCell& stored) const;

  std::vector<int> numbers_of_each(const std::vector<Status>& statuses,
                                   const std::function<StoredCell(std::uint64_t)>& read) const;

  SmallSweep sweep_;
  std::vector<std::uint64_t> cells_;
  RowShape shape_;
  std::vector<Variable> variables_;
  std::vector<std::uint64_t> places_;
};

}  // namespace ntksweep::test
