#include "doctor_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "node_report.hpp"
#include "ntksweep/core/bytes.hpp"
#include "some_of.hpp"

namespace ntksweep {

namespace {

constexpr std::array<std::string_view, 3> grade_names{"ok", "warning", "problem"};

std::string_view name_of(Grade grade) { return grade_names.at(static_cast<std::size_t>(grade)); }

void add(std::vector<ReportRow>& rows, const Finding& finding, const std::string& host) {
  const auto same = std::ranges::find(rows, finding, &ReportRow::finding);
  if (same != rows.end()) return same->hosts.push_back(host);
  // Behind the last row of its topic, so that what differs stands together.
  const auto last = std::find_if(rows.rbegin(), rows.rend(),
                                 [&](const ReportRow& row) { return row.finding.topic == finding.topic; });
  rows.insert(last == rows.rend() ? rows.end() : last.base(), ReportRow{finding, {host}});
}

std::size_t kinds(const std::vector<ReportRow>& rows, std::string_view topic) {
  return static_cast<std::size_t>(
      std::ranges::count_if(rows, [&](const ReportRow& row) { return row.finding.topic == topic; }));
}

std::string plural(std::size_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

/// Hosts are named where not all have it.
std::string row_text(const ReportRow& row, std::size_t hosts, std::size_t width) {
  const bool some = !row.hosts.empty() && row.hosts.size() < hosts;
  const std::string found = some ? fmt::format("{}: {}", some_of(row.hosts), row.finding.found) : row.finding.found;
  const std::string line =
      fmt::format("{:<8} {:<{}}  {}\n", name_of(row.finding.grade), row.finding.topic, width, found);
  return row.finding.cure.empty() ? line : line + fmt::format("{:<8} {:<{}}  -> {}\n", "", "", width, row.finding.cure);
}

}  // namespace

std::vector<std::byte> to_bytes(const RankReport& report) {
  ByteWriter bytes;
  bytes.put(report.sees_folder);
  bytes.put(report.findings.size());
  for (const Finding& finding : report.findings) {
    bytes.put(finding.grade);
    for (const std::string* text : {&finding.topic, &finding.found, &finding.cure}) bytes.put_text(*text);
  }
  return std::move(bytes).take();
}

RankReport rank_report_from_bytes(std::span<const std::byte> bytes) {
  ByteReader reader(bytes);
  RankReport report;
  report.sees_folder = reader.get<bool>();
  const auto size = reader.get<std::size_t>();
  for (std::size_t i = 0; i < size; ++i) {
    Finding finding;
    finding.grade = reader.get<Grade>();
    for (std::string* text : {&finding.topic, &finding.found, &finding.cure}) *text = reader.get_text();
    report.findings.push_back(std::move(finding));
  }
  return report;
}

std::vector<ReportRow> rows_of(const std::vector<HostFindings>& hosts) {
  std::vector<ReportRow> rows;
  for (const auto& [host, findings] : hosts) {
    for (const Finding& finding : findings) add(rows, finding, host);
  }
  return rows;
}

std::vector<Finding> differences(const std::vector<ReportRow>& rows) {
  std::vector<Finding> findings;
  if (kinds(rows, program_topic) > 1) {
    findings.push_back({Grade::problem, "same program", "the nodes have different ones (below)",
                        "install it in one folder that all nodes see, or anew on all of them"});
  }
  if (kinds(rows, blas_topic) > 1) {
    findings.push_back({Grade::warning, "same kernels", "the nodes have different ones (below)",
                        "a cell's last bits depend on them: --blas-core takes the same on all"});
  }
  return findings;
}

std::size_t count(const std::vector<ReportRow>& rows, Grade grade) {
  return static_cast<std::size_t>(
      std::ranges::count_if(rows, [=](const ReportRow& row) { return row.finding.grade == grade; }));
}

std::string report_text(const std::string& title, const std::vector<ReportRow>& rows, std::size_t hosts) {
  std::size_t width = 0;
  for (const ReportRow& row : rows) width = std::max(width, row.finding.topic.size());
  std::string text = title + "\n";
  for (const ReportRow& row : rows) text += row_text(row, hosts, width);
  return text + fmt::format("{}, {}\n", plural(count(rows, Grade::problem), "problem"),
                            plural(count(rows, Grade::warning), "warning"));
}

std::string report_json(const std::string& title, const std::vector<ReportRow>& rows,
                        const std::vector<std::string>& hosts) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& [finding, of] : rows) {
    list.push_back({{"topic", finding.topic},
                    {"grade", name_of(finding.grade)},
                    {"found", finding.found},
                    {"cure", finding.cure},
                    {"hosts", of}});
  }
  const nlohmann::ordered_json json{{"title", title},
                                    {"hosts", hosts},
                                    {"problems", count(rows, Grade::problem)},
                                    {"warnings", count(rows, Grade::warning)},
                                    {"findings", list}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ntksweep
