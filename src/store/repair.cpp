#include "ntksweep/store/repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <span>

#include "changed_coordinates.hpp"
#include "compatibility.hpp"
#include "in_child.hpp"
#include "lock_file.hpp"
#include "ntksweep/core/bytes.hpp"
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
  std::uint64_t size() const { return size_; }  ///< before
  std::uint64_t missing() const { return size_ < end_ ? end_ - size_ : 0; }
  const RawFile& file() const { return file_; }
  void keep() { kept_ = true; }

 private:
  RawFile file_;
  std::uint64_t size_, end_;
  bool kept_ = false;
};

/// What the file still holds.
struct Remains {
  std::vector<Stretch> numbers;
  std::uint64_t statuses;  ///< where they lie
  std::uint64_t cells;
  std::vector<std::uint64_t> lost;
  std::vector<ChangedCoordinate> changed;

  /// Those whose statuses lie in front of `end`.
  std::uint64_t cells_before(std::uint64_t end) const { return end <= statuses ? 0 : std::min(cells, end - statuses); }
};

/// What is written to one variable must not end up in another, and nobody waits for the checksum of a length that one
/// wrong bit has made a million times as long.
void require_sound_places(const std::string& path, const StoredSweep& sweep, const std::vector<Stretch>& numbers) {
  constexpr std::uint64_t slack = std::uint64_t{64} << 20U;
  const std::uint64_t end = hdf5_end(path), needed = file_bytes(sweep.job, sweep.grid, sweep.layout);
  if (end / 2 > needed + slack)
    throw SystemError(fmt::format("it says that it has {} bytes, and needs {}", end, needed));
  if (!are_apart(numbers, end)) throw SystemError("its variables lie upon each other");
}

Remains look_at(const std::string& path) {
  const Hdf5Handle file = open_hdf5_file(path);
  require_result_file(file.get(), path);
  const StoredSweep sweep(file.get(), path);
  const std::vector<Variable> variables = filled_variables(sweep.grid, sweep.layout);
  const std::vector<std::uint64_t> offsets = variable_offsets(file.get(), path, variables);
  const std::vector<Stretch> numbers = stretches_of(variables, offsets);
  require_sound_places(path, sweep, numbers);
  require_own_settings(file.get(), sweep.job);
  std::vector<Stretch> to_write = numbers;
  std::vector<ChangedCoordinate> changed = changed_coordinates(file.get(), sweep.grid, sweep.layout);
  for (const ChangedCoordinate& one : changed) to_write.push_back({one.offset, one.values.size()});
  if (!are_apart(to_write, hdf5_end(path))) throw SystemError("its variables lie upon each other");
  const RowReader rows(file.get(), sweep.layout);
  return {numbers, offsets[rows.shape().status()], sweep.grid.size(), rows.damaged(), std::move(changed)};
}

[[noreturn]] void refuse(const std::string& path, std::string_view found) {
  throw InputError(
      fmt::format("{}: cannot be repaired, too much of it is gone ({}); fetch a whole copy, or give the run another "
                  "output with -o",
                  path, found));
}

std::vector<std::byte> unless_gone(const std::string& path, unsigned limit_s,
                                   const std::function<std::vector<std::byte>()>& look) {
  try {
    return in_child(look, limit_s);
  } catch (const SystemError& error) {
    refuse(path, error.what());
  }
}

/// HDF5 trusts what it reads: wrong bits in the metadata can crash or hang it.
Remains look_safely_at(const std::string& path) {
  constexpr std::uint64_t base_s = 60, bytes_per_second = 10'000'000;
  const auto limit_s = static_cast<unsigned>(base_s + std::filesystem::file_size(path) / bytes_per_second);
  const auto bytes = unless_gone(path, limit_s, [&path] {
    const Remains remains = look_at(path);
    ByteWriter out;
    out.put_span(std::span<const Stretch>(remains.numbers));
    out.put(remains.statuses);
    out.put(remains.cells);
    out.put_span(std::span<const std::uint64_t>(remains.lost));
    out.put(remains.changed.size());
    for (const ChangedCoordinate& coordinate : remains.changed) {
      out.put_span(std::span<const char>(coordinate.name));
      out.put(coordinate.offset);
      out.put_span(std::span<const std::byte>(coordinate.values));
    }
    return std::move(out).take();
  });
  ByteReader in(bytes);
  Remains remains{
      in.get_vector<Stretch>(), in.get<std::uint64_t>(), in.get<std::uint64_t>(), in.get_vector<std::uint64_t>(), {}};
  for (auto left = in.get<std::size_t>(); left > 0; --left) {
    const std::vector<char> name = in.get_vector<char>();
    const auto offset = in.get<std::uint64_t>();
    remains.changed.push_back({{name.begin(), name.end()}, offset, in.get_vector<std::byte>()});
  }
  return remains;
}

/// Makes the cells pending. Where the file cannot be read as one without damage then, it gets its bytes back.
void make_pending(const RawFile& file, const std::string& path, const Remains& remains) {
  std::vector<std::byte> before(remains.lost.size());
  const auto write_each = [&](const auto& byte_of) {
    for (std::size_t i = 0; i < before.size(); ++i) file.write(remains.statuses + remains.lost[i], byte_of(i));
  };
  for (std::size_t i = 0; i < before.size(); ++i) {
    file.read(remains.statuses + remains.lost[i], std::span(before).subspan(i, 1));
  }
  constexpr std::byte pending{static_cast<std::uint8_t>(Status::pending)};
  write_each([&](std::size_t) { return std::span(&pending, 1); });
  try {
    if (!look_safely_at(path).lost.empty()) refuse(path, "cells stay damaged");
  } catch (const std::exception&) {
    write_each([&](std::size_t i) { return std::span(before).subspan(i, 1); });
    throw;
  }
}

}  // namespace

Repaired repair_result_file(const std::string& path) {
  require_output_path(path);
  require_hdf5_file(path);
  const LockFile lock(path);
  RestoredLength length(path);
  const Remains remains = look_safely_at(path);
  make_pending(length.file(), path, remains);
  Repaired repaired{length.missing(), remains.lost, remains.cells, remains.cells_before(length.size()), {}};
  for (const ChangedCoordinate& coordinate : remains.changed) {
    length.file().write(coordinate.offset, coordinate.values);
    repaired.restored.push_back(coordinate.name);
  }
  length.keep();
  length.file().sync();
  write_seal(path, remains.numbers);
  return repaired;
}

}  // namespace ntksweep
