#include "compatibility.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "hdf5_attribute.hpp"
#include "hdf5_handle.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/sweep/build_info.hpp"
#include "provenance.hpp"
#include "seal.hpp"

namespace ntksweep {
namespace {

std::string text_attribute(hid_t file, const std::string& name) { return read_attribute(file, name).value_or(""); }

std::string_view major_of(std::string_view version) { return version.substr(0, version.find('.')); }

void refuse(const std::vector<std::string>& differences, const std::string& path, std::string_view advice) {
  if (differences.empty()) return;
  throw InputError(fmt::format("{}: holds a sweep with other settings ({}); {}, or put the old values back", path,
                               fmt::join(differences, "; "), advice));
}

/// Between the settings of the file and of the job; throws where their numbers cannot stand in one file.
std::vector<std::string> all_differences(hid_t file, const std::string& path, const Job& job, std::string_view advice) {
  const std::string version = text_attribute(file, "format_version");
  if (version != result_format_version) {
    throw InputError(fmt::format("{}: has the file format {}, this program writes {}; {}", path, version,
                                 result_format_version, advice));
  }
  const std::string numerics = text_attribute(file, "numerics_version");
  if (numerics != std::to_string(numerics_version)) {
    throw InputError(fmt::format("{}: its numbers are of numerics version {}, this program computes version {}; {}",
                                 path, numerics, numerics_version, advice));
  }
  return settings_differences(text_attribute(file, "settings"), resolved_settings(job), "the file", "this job");
}

}  // namespace

void require_result_file(hid_t file, const std::string& path) {
  if (text_attribute(file, "file_type") != result_file_type) {
    throw InputError(
        fmt::format("{}: is an HDF5 file of another program, not a result of ntksweep; give another file", path));
  }
  const std::string version = text_attribute(file, "format_version");
  if (major_of(version) != major_of(result_format_version)) {
    throw InputError(
        fmt::format("{}: has the file format {}, this program knows {}; use the program that wrote it ({})", path,
                    version, result_format_version, text_attribute(file, "program_version")));
  }
}

Hdf5Handle open_result_file(const std::string& path) {
  require_hdf5_file(path);
  require_seal(path);
  Hdf5Handle file = open_hdf5_file(path);
  require_result_file(file.get(), path);
  return file;
}

void require_known(const std::vector<Status>& statuses, const std::string& path) {
  const auto unknown = std::ranges::find_if(statuses, [](Status status) { return status > Status::quarantined; });
  if (unknown == statuses.end()) return;
  throw InputError(
      fmt::format("{}: cell {} has the status {}, which does not exist: its bytes have been changed; `ntksweep verify "
                  "--repair` has it computed again",
                  path, unknown - statuses.begin(), static_cast<int>(*unknown)));
}

std::vector<std::string> cell_differences(const std::string& path, const Job& job, std::string_view advice) {
  const std::vector<std::string> differences = all_differences(open_result_file(path).get(), path, job, advice);
  std::vector<std::string> others;
  for (const std::string& difference : differences) {
    const auto setting = find_setting(difference.substr(0, difference.find(':')));
    const bool is_of_cells = setting && settings()[*setting].role != Role::statistics;
    if (!is_of_cells) others.push_back(difference);
  }
  refuse(others, path, advice);
  return differences;
}

Hdf5Handle open_for_job(const std::string& path, const Job& job) {
  Hdf5Handle file = open_result_file(path);
  refuse(all_differences(file.get(), path, job, give_another_output), path, give_another_output);
  return file;
}

}  // namespace ntksweep
