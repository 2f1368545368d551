#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ntksweep/nn/data_source.hpp"
#include "ntksweep/nn/network.hpp"
#include "ntksweep/sweep/cell.hpp"
#include "ntksweep/sweep/grid.hpp"

namespace ntksweep {

/// How files are read whose format belongs to the store layer, above this one.
struct FileReaders {
  TableReader table;                                                             ///< data.source = hdf5
  std::function<Parameters(const std::string& path, StoredState)> parameters{};  ///< model.init_path
};

/// The content of every file that a grid names, data and initial parameters, read once (by rank zero)
/// and handed to all ranks, so that no two ranks can see different files.
class DataPool {
 public:
  /// Reads what the job's axes and fixed settings name, and checks that every cell can have its
  /// samples. Throws InputError as load_raw_data, data_shape and the readers do.
  static DataPool load(const Job& job, const FileReaders& readers);

  const RawData& of(const DataConfig& config) const;

  /// What the cell's network starts from; null where model.initialization reads no file.
  const Parameters* parameters(const CellSpec& spec) const;

  /// cell_key with the content of the cell's files.
  std::uint64_t key(const Cell& cell) const;

  std::size_t size() const { return raw_.size(); }                    ///< number of different sources
  std::size_t parameters_size() const { return parameters_.size(); }  ///< number of different starts

  /// For the transport between ranks.
  std::vector<std::byte> to_bytes() const;
  static DataPool from_bytes(const std::vector<std::byte>& bytes);

 private:
  struct Stored {
    Parameters parameters;
    std::uint64_t content_hash;  ///< over all shapes and numbers
  };
  const Stored* stored(const CellSpec& spec) const;
  void load_parameters(const Job& job, const FileReaders& readers);

  // By the text of the settings that decide what is read.
  std::map<std::string, RawData> raw_;
  std::map<std::string, Stored> parameters_;
};

/// Throws InputError where a cell's loss does not go with its targets.
void check_losses(const Grid& grid, const DataPool& data);

}  // namespace ntksweep
