#pragma once

#include "ntksweep/sweep/data_pool.hpp"
#include "ntksweep/sweep/work.hpp"

namespace ntksweep {

/// Predicted bytes of the smallest and the largest cell of a job (over all combinations of its
/// axes), and their width and samples, for messages.
struct MemoryRange {
  struct Extreme {
    double bytes;
    Index width, samples;
  };
  Extreme smallest, largest;
};
MemoryRange memory_range(const Job& job, const DataPool& data);

}  // namespace ntksweep
