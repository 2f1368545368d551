#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../store/small_sweep.hpp"
#include "file_layout.hpp"
#include "ntksweep/store/merge.hpp"
#include "row.hpp"
#include "seal.hpp"

namespace ntksweep::fuzz {

/// The file of a small sweep: four cells, of which three have results and the last is pending.
struct SampleResult {
  SampleResult();

  test::SmallSweep sweep;
  RowShape shape;
  std::vector<Variable> variables;
  std::vector<std::uint64_t> offsets;  ///< of the variables
  std::string bytes;                   ///< the whole file, seal included

  /// Where the numbers lie that a run writes.
  std::vector<Stretch> numbers() const;
  /// A cell's row as it lies in a file with these bytes.
  std::vector<std::byte> row(std::string_view file, std::uint64_t cell) const;
  KeyOf key_of() const;
};

const SampleResult& sample_result();

/// The sample with the changes that `input` says: two bytes, how many bytes are cut off its end (0: none); then for
/// each change three bytes, where, and one that is XORed to what is there.
std::string patched_sample(std::string_view input);

/// Whether two files differ outside of the numbers of the sample.
bool differ_in_metadata(std::string_view a, std::string_view b);

}  // namespace ntksweep::fuzz
