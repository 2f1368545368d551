#include "provenance.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "host_facts.hpp"
#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/sweep/build_info.hpp"
#include "ntksweep/sweep/settings.hpp"

namespace ntksweep {
namespace {

using Json = nlohmann::ordered_json;

void add(std::vector<Attribute>& attributes, std::vector<Attribute> more) {
  attributes.insert(attributes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

std::vector<Attribute> program_attributes() {
  const BuildInfo build = build_info();
  return {{"program_version", build.version}, {"git_hash", build.git_hash},   {"compiler", build.compiler},
          {"compiler_flags", build.flags},    {"libraries", build.libraries}, {"created", now_utc()}};
}

std::vector<Attribute> job_attributes(const Job& job) {
  return {{"job_text", job.text},
          {"job_origin", job.origin},
          {"job_hash", to_hex(hash_text(job.text))},
          {"overrides", overrides_json(job.overrides)},
          {"settings", resolved_settings(job)}};
}

std::string cell_axes(const Grid& grid) {
  std::string names;
  for (const Axis& axis : grid.axes()) {
    if (!names.empty()) names += ' ';
    names += settings()[axis.setting].key;
  }
  return names;
}

std::vector<Attribute> convention_attributes() {
  return {
      {"rng", std::string("Philox4x64-10 (Salmon et al., SC 2011), counter-based; normals by Box-Muller. A stream is "
                          "keyed by (what the numbers are for, seed, substream) and never by width, samples, step "
                          "size, rank or order")},
      {"key_rule", std::string("XXH3-64 over the sorted (name, type, value) of all cell settings that differ from "
                               "their neutral default, and the content hashes of the data file and of the file of "
                               "initial parameters")},
      {"loss_convention", std::string("1/(2n) sum_i |f(x_i) - y_i|^2, summed over outputs")},
      {"critical_step_convention",
       std::string("2 n / lambda_max(K_0), K_0 the full kernel of the trained parameters at initialization")},
      {"kernel_convention", std::string("full: nC x nC, row i C + c for sample i and output c (sample-major); "
                                        "trace: n x n, (1/C) sum_c K_cc; learning-rate factors included")},
      {"missing_convention",
       std::string("NaN (real), -1 (integer): not taken, or beyond the cell's own sizes; numbers count only where "
                   "status is not pending")},
  };
}

std::string title(const Job& job) {
  const std::string& given = std::get<std::string>(job.value("title"));
  if (!given.empty()) return given;
  return fmt::format("Neural tangent kernels and training of finite-width networks: {}",
                     std::filesystem::path(job.origin).filename().string());
}

/// What `read` makes of an attribute's JSON.
template <class Read>
auto read_json(const std::string& text, std::string_view attribute, const std::string& path, const Read& read) {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception&) {
    throw InputError(fmt::format(
        "{}: its attribute {} is not what ntksweep writes; the file is damaged: fetch a whole copy", path, attribute));
  }
}

}  // namespace

std::vector<Attribute> root_attributes(const Job& job, const Grid& grid, const Extents& extents) {
  std::vector<Attribute> attributes = {{"Conventions", std::string("CF-1.10")},
                                       {"title", title(job)},
                                       {"file_type", std::string(result_file_type)},
                                       {"format_version", std::string(result_format_version)},
                                       {"numerics_version", std::int64_t{numerics_version}}};
  add(attributes, program_attributes());
  add(attributes, job_attributes(job));
  add(attributes, {{"grid_layout", std::string(grid.dense() ? "dense" : "list")},
                   {"cell_axes", cell_axes(grid)},
                   {"extents", extents_json(extents)}});
  add(attributes, convention_attributes());
  return attributes;
}

std::string overrides_json(const std::vector<Override>& overrides) {
  Json list = Json::array();
  for (const Override& one : overrides) list.push_back({{"name", one.name}, {"text", one.text}});
  return list.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<Override> overrides_from_json(const std::string& text, const std::string& path) {
  return read_json(text, "overrides", path, [](const Json& json) {
    std::vector<Override> overrides;
    for (const Json& one : json) overrides.push_back({one.at("name"), one.at("text")});
    return overrides;
  });
}

std::string extents_json(const Extents& extents) {
  return Json{{"checkpoints", extents.checkpoints},
              {"layers", extents.layers},
              {"eigenvalues", extents.eigenvalues},
              {"test_samples", extents.test_samples},
              {"outputs", extents.outputs}}
      .dump();
}

Extents extents_from_json(const std::string& text, const std::string& path) {
  return read_json(text, "extents", path, [](const Json& json) -> Extents {
    const auto size = [&json](const char* name) { return json.at(name).get_ref<const std::uint64_t&>(); };
    const auto later_size = [&](const char* name) { return json.contains(name) ? size(name) : 0; };
    return {size("checkpoints"), size("layers"), size("eigenvalues"), later_size("test_samples"),
            later_size("outputs")};
  });
}

}  // namespace ntksweep
