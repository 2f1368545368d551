#include "attempt_row.hpp"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host_facts.hpp"
#include "ntksweep/core/cpu.hpp"
#include "text_rows.hpp"

namespace ntksweep {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

std::string dump(const AttemptRow& row, const std::string& command_line) {
  static const std::string cpu = cpu_model();
  const Json json = {{"start", row.start},
                     {"last_commit", text_or_null(row.last_commit)},
                     {"end", text_or_null(row.end)},
                     {"cells_finished", row.cells_finished},
                     {"ranks", row.ranks},
                     {"host", fit_text(host_name(), 64)},
                     {"pid", getpid()},
                     {"job", text_or_null(batch_job_id())},
                     {"cpu", fit_text(cpu, 100)},
                     {"blas_core", text_or_null(row.blas_core)},
                     {"command_line", command_line}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string blas_core_in(const std::string& attempt_json) {
  const Json json = Json::parse(attempt_json, nullptr, false);
  if (!json.is_object() || !json.contains("cells_finished") || json["cells_finished"] == 0) return {};
  const auto found = json.find("blas_core");
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int ranks_in(const std::string& attempt_json) {
  const Json json = Json::parse(attempt_json, nullptr, false);
  if (!json.is_object() || !json.contains("ranks") || !json["ranks"].is_number_integer()) return 1;
  return std::max(1, json["ranks"].get<int>());
}

std::string attempt_json(const AttemptRow& row, std::size_t bytes) {
  std::string text = dump(row, row.command_line);
  for (std::size_t kept = bytes; text.size() > bytes && kept > 16; kept -= 16) {
    text = dump(row, fit_text(row.command_line, kept));
  }
  return text;
}

}  // namespace ntksweep
