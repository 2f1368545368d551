#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "ntksweep/nn/data_source.hpp"
#include "ntksweep/sweep/cell.hpp"
#include "ntksweep/sweep/job.hpp"

namespace ntksweep {

/// The raw data of every source that a grid names, read once (by rank zero) and handed to all
/// ranks, so that no two ranks can see different files.
class DataPool {
 public:
  /// Reads what the job's axes and fixed settings name, and checks that every cell can have its
  /// samples. Throws InputError as load_raw_data and data_shape do.
  static DataPool load(const Job& job, const TableReader& read_hdf5);

  const RawData& of(const DataConfig& config) const;

  std::size_t size() const { return raw_.size(); }  ///< number of different sources

  /// For the transport between ranks.
  std::vector<std::byte> to_bytes() const;
  static DataPool from_bytes(const std::vector<std::byte>& bytes);

 private:
  std::map<std::string, RawData> raw_;  ///< by the text of the settings that decide what is read
};

}  // namespace ntksweep
