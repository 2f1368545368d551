#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ntksweep/sweep/grid.hpp"
#include "ntksweep/sweep/record.hpp"

namespace ntksweep {

/// Where and by whom a cell was computed; the part of a row that may differ between runs.
struct Origin {
  std::int32_t rank = -1;
  std::string host;
};

/// Whether a row's bytes still have the checksum that they were written with.
enum class Integrity { intact, damaged };

/// A row as it is read back: the record in the layout of the file (padded), and the rest.
struct StoredCell {
  std::uint64_t key;
  Status status;
  std::string message;
  std::vector<double> values;  ///< in the layout of the file's extents
  std::uint64_t checksum;
  double wall_time_s, training_s;
  std::int32_t rank, attempt;
  std::string host;
  Integrity integrity;  ///< means nothing for a pending cell
};

/// Bytes that the result file of a job will have, from its start to its end; `extents` as for
/// ResultFile::open_or_create. Exact but for some kilobytes of metadata.
std::uint64_t predicted_file_bytes(const Job& job, const Grid& grid, const Extents& extents);

/// The result file for writing (docs/file-format.md). All metadata is laid down when the file is
/// created, under a temporary name that is then renamed; after that only raw data changes, written
/// at the datasets' own offsets, so that a reader finds a valid HDF5 file at every moment and a
/// killed writer leaves one.
class ResultFile {
 public:
  /// Opens `path` if it exists (InputError when it is no result file, of another format or
  /// numerics version, or of a job with other settings, which are named), else creates it.
  /// Takes the lock `path`.lock first (InputError naming the holder while it lives; a stale lock
  /// of this host is taken over). Starts a new attempt; `ranks`, `command_line` and `blas_core` (the
  /// kernels that the BLAS chose, empty where not known) go into its row. SystemError when the disk
  /// has no room for the whole file: nothing is left behind then.
  static ResultFile open_or_create(const std::string& path, const Job& job, const Grid& grid, const Extents& extents,
                                   int ranks, const std::string& command_line, const std::string& blas_core = "");
  ResultFile(ResultFile&&) noexcept;
  ResultFile& operator=(ResultFile&&) noexcept;
  ~ResultFile();  ///< gives the lock back; never throws

  bool resumed() const;  ///< the file was there already
  /// Kernels, other than those given when it was opened, that the BLAS had when cells of the file were computed.
  const std::vector<std::string>& other_blas_cores() const;
  Status status(std::uint64_t cell) const;  ///< as of the last commit

  /// Takes a cell's numbers; they and the status are in the file with the next commit(). `record.values`
  /// is in the layout of `cell_extents`, or empty for a cell that was not run. A cell that had a status
  /// already becomes pending first. Throws SystemError.
  void write(const Record& record, const Extents& cell_extents, const Origin& origin);

  /// Writes the numbers of all cells taken since the last commit, fdatasync, their status bytes, fdatasync.
  /// Throws SystemError (disk full, quota): what was committed before stays, and this object takes nothing more (each
  /// further call throws): opening the file again finds out what the disk holds.
  void commit();

  /// Throws SystemError where another process has the lock now, or nobody: nothing is written any more then. commit()
  /// and finish() look by themselves.
  void require_lock() const;

  /// Commits, closes the attempt's row (end time and counts) and gives the lock back: the last call.
  void finish();

 private:
  struct Implementation;
  explicit ResultFile(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

/// The result file for reading, also while a run is writing it.
class ResultReader {
 public:
  /// Throws InputError when `path` is missing, not HDF5, or not a result file of a known version.
  explicit ResultReader(const std::string& path);
  ResultReader(ResultReader&&) noexcept;
  ~ResultReader();

  const std::string& job_text() const;
  const std::string& job_origin() const;
  std::vector<Override> overrides() const;
  std::uint64_t cell_count() const;
  /// Throws InputError where one is none that this program knows.
  std::vector<Status> statuses() const;
  const Extents& extents() const;
  StoredCell cell(std::uint64_t number, const RecordLayout& file_layout) const;
  /// Those with a status whose bytes are not as they were written. Reads the whole file.
  std::vector<std::uint64_t> damaged_cells(const RecordLayout& file_layout) const;
  /// One number of every cell, in grid order: for sums and summaries (wall_time, rank, ...).
  std::vector<double> column(const std::string& variable) const;
  std::string attribute(const std::string& name) const;
  /// Of StoredCell::attempt: the BLAS kernels that computed the cell ("Haswell"; several with commas between where the
  /// ranks had different ones); empty where not known.
  std::string blas_core(std::int32_t attempt) const;
  /// Of the latest start of the program; 1 where not known.
  int ranks() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace ntksweep
