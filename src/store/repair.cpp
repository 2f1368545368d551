#include "ntksweep/store/repair.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "compatibility.hpp"
#include "lock_file.hpp"
#include "ntksweep/core/error.hpp"
#include "output_path.hpp"
#include "placement.hpp"
#include "raw_file.hpp"
#include "row_reader.hpp"
#include "stored_sweep.hpp"

namespace ntksweep {
namespace {

/// HDF5 opens no file that is shorter than it was; what is missing reads as zeros, which is no whole row. A file that
/// cannot be used even so gets its length back.
class RestoredLength {
 public:
  explicit RestoredLength(const std::string& path)
      : file_(path, RawFile::Mode::write), size_(std::filesystem::file_size(path)), end_(hdf5_end(path)) {
    if (missing() > 0) file_.resize(end_);
  }
  RestoredLength(const RestoredLength&) = delete;
  RestoredLength& operator=(const RestoredLength&) = delete;
  ~RestoredLength() {
    if (kept_ || missing() == 0) return;
    try {
      file_.resize(size_);
    } catch (const SystemError&) {
      // The message of the first error says more.
    }
  }
  std::uint64_t missing() const { return size_ < end_ ? end_ - size_ : 0; }
  const RawFile& keep() {
    kept_ = true;
    return file_;
  }

 private:
  RawFile file_;
  std::uint64_t size_, end_;
  bool kept_ = false;
};

/// What the file still holds.
struct Remains {
  std::vector<Stretch> numbers;
  std::uint64_t statuses;  ///< where they lie
  std::vector<std::uint64_t> lost;
};

Remains look_at(const std::string& path) {
  const Hdf5Handle file = open_hdf5_file(path);
  require_result_file(file.get(), path);
  const StoredSweep sweep(file.get(), path);
  const std::vector<Variable> variables = filled_variables(sweep.grid, sweep.layout);
  const std::vector<std::uint64_t> offsets = variable_offsets(file.get(), path, variables);
  const RowReader rows(file.get(), sweep.layout);
  return {stretches_of(variables, offsets), offsets[rows.shape().status()], rows.damaged()};
}

}  // namespace

Repaired repair_result_file(const std::string& path) {
  require_output_path(path);
  require_hdf5_file(path);
  const LockFile lock(path);
  RestoredLength length(path);
  Remains remains;
  try {
    remains = look_at(path);
  } catch (const SystemError& error) {
    throw InputError(
        fmt::format("{}: cannot be repaired, too much of it is gone ({}); fetch a whole copy, or give the run another "
                    "output with -o",
                    path, error.what()));
  }
  const RawFile& file = length.keep();
  const std::byte pending{static_cast<std::uint8_t>(Status::pending)};
  for (const std::uint64_t cell : remains.lost) file.write(remains.statuses + cell, std::span(&pending, 1));
  file.sync();
  write_seal(path, remains.numbers);
  return {length.missing(), remains.lost};
}

}  // namespace ntksweep
