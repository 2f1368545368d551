#pragma once

#include <string>

namespace ntksweep {

/// The table of statistics as a Markdown chapter: a heading, help, cost and one table per group, in
/// the order of the groups. docs/theory.md holds it between two marks.
std::string statistics_markdown();

}  // namespace ntksweep
