#include "create_file.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "ntksweep/core/error.hpp"
#include "output_path.hpp"
#include "placement.hpp"
#include "provenance.hpp"
#include "raw_file.hpp"
#include "seal.hpp"
#include "temporary_file.hpp"

namespace ntksweep {
namespace {

namespace fs = std::filesystem;

void fill_with_missing(const RawFile& file, const Variable& variable, std::uint64_t offset) {
  constexpr std::uint64_t at_once = 1 << 17;
  const std::vector<std::byte> missing = missing_numbers(variable.element, std::min(at_once, variable.count()));
  for (std::uint64_t done = 0; done < variable.count(); done += at_once) {
    const std::uint64_t numbers = std::min(at_once, variable.count() - done);
    const std::size_t size = element_size(variable.element);
    file.write(offset + done * size, std::span(missing).first(numbers * size));
  }
}

/// Takes the space before anything is written, so that a full disk is met at once and by a plain error.
void reserve_space(const std::string& path, std::uint64_t bytes) {
  const RawFile file = RawFile::create(path);
  file.reserve(bytes);
}

void lay_down(const std::string& path, const Job& job, const Grid& grid, const RecordLayout& layout, const Fill& fill) {
  reserve_space(path, file_bytes(job, grid, layout));
  lay_down_metadata(path, root_attributes(job, grid, layout.extents), grid, layout, Storage::contiguous);
  const std::vector<Variable> variables = filled_variables(grid, layout);
  const std::vector<std::uint64_t> offsets = variable_offsets(open_hdf5_file(path).get(), path, variables);
  const RawFile file(path, RawFile::Mode::write);
  for (std::size_t i = 0; i < variables.size(); ++i) fill_with_missing(file, variables[i], offsets[i]);
  if (fill) fill(file, offsets);
  file.sync();
  write_seal(path, stretches_of(variables, offsets));
}

}  // namespace

void remove_leftovers(const std::string& path) {
  const std::string prefix = fs::path(path).filename().string() + ".tmp.";
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_of(path), ignored)) {
    if (entry.path().filename().string().starts_with(prefix)) fs::remove(entry.path(), ignored);
  }
}

void create_result_file(const std::string& path, const Job& job, const Grid& grid, const RecordLayout& layout,
                        const Fill& fill) {
  TemporaryFile temporary(path);
  try {
    lay_down(temporary.path(), job, grid, layout, fill);
  } catch (const SystemError& error) {
    throw SystemError(
        fmt::format("{}: cannot be created, it needs {} bytes: {}", path, file_bytes(job, grid, layout), error.what()));
  }
  temporary.rename_to(path);
}

}  // namespace ntksweep
