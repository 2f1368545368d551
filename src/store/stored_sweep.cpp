#include "stored_sweep.hpp"

#include <fmt/format.h>

#include "hdf5_attribute.hpp"
#include "ntksweep/core/error.hpp"
#include "provenance.hpp"

namespace ntksweep {
namespace {

Job stored_job(hid_t file, const std::string& path) {
  return parse_job(require_attribute(file, "job_text", path), require_attribute(file, "job_origin", path),
                   overrides_from_json(require_attribute(file, "overrides", path), path));
}

}  // namespace

StoredSweep::StoredSweep(hid_t file, const std::string& path)
    : job(stored_job(file, path)),
      grid(job),
      layout(make_layout(selected_statistics(job), extents_from_json(require_attribute(file, "extents", path), path))) {
}

std::string require_attribute(hid_t file, const std::string& name, const std::string& path) {
  const std::optional<std::string> text = read_attribute(file, name);
  if (!text)
    throw InputError(fmt::format("{}: has no attribute {}; the file is damaged: fetch a whole copy", path, name));
  return *text;
}

}  // namespace ntksweep
