#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ntksweep/nn/data_source.hpp"

namespace ntksweep::fuzz {

/// What a data source makes of a file with this content (and of `labels`, where the labels have a file of their own);
/// nothing where it is refused. Of what is accepted: the numbers are finite and no more than the bytes can hold, and a
/// training set and a test set can be made of them, or are refused.
std::optional<RawData> load(DataConfig config, std::string_view content, std::string_view labels = {});

/// The number at `at`, of `bytes` bytes, the first one the highest.
std::uint64_t big_endian(std::string_view content, std::size_t at, std::size_t bytes);

}  // namespace ntksweep::fuzz
