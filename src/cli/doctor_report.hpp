#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ntksweep/core/finding.hpp"

namespace ntksweep {

/// What a rank says to rank zero.
struct RankReport {
  bool sees_folder = true;
  std::vector<Finding> findings;  ///< of the first rank on each node; others have none
};
std::vector<std::byte> to_bytes(const RankReport& report);
RankReport rank_report_from_bytes(std::span<const std::byte> bytes);

/// A finding, and the hosts that have it; none: it is of the run as a whole.
struct ReportRow {
  Finding finding;
  std::vector<std::string> hosts;
  bool operator==(const ReportRow&) const = default;
};

/// Findings of hosts, topic after topic in the order of the first host; equal ones of several hosts in one row.
struct HostFindings {
  std::string host;
  std::vector<Finding> findings;
};
std::vector<ReportRow> rows_of(const std::vector<HostFindings>& hosts);

/// A warning or problem for each topic in which the nodes of a run must not differ, but do.
std::vector<Finding> differences(const std::vector<ReportRow>& rows);

/// The report as text and as JSON; `title` says whose it is, `hosts` are all of them.
std::string report_text(const std::string& title, const std::vector<ReportRow>& rows, std::size_t hosts);
std::string report_json(const std::string& title, const std::vector<ReportRow>& rows,
                        const std::vector<std::string>& hosts);

/// How many rows are of this grade.
std::size_t count(const std::vector<ReportRow>& rows, Grade grade);

}  // namespace ntksweep
