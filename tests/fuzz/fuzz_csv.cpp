// CSV files: as data (the first byte chooses options), with its labels in a column.

#include <algorithm>
#include <cmath>

#include "data_file.hpp"
#include "fuzz.hpp"

using namespace ntksweep;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::int64_t columns[] = {-1, 0, 1, -2, 1'000'000'000, -1'000'000'000};
  const std::string_view content = fuzz::as_text(data + 1, size - 1);
  DataConfig config;
  config.source = "csv";
  config.label_column = columns[data[0] % std::size(columns)];
  if ((data[0] & 0x40U) != 0) config.targets = "onehot";
  if ((data[0] & 0x80U) != 0) config.center = "mean";
  const auto raw = fuzz::load(config, content);
  if (!raw || content.starts_with("\x1f\x8b")) return 0;
  const auto lines = std::ranges::count(content, '\n') + 1;
  fuzz::must(raw->inputs.cols() <= lines, "a sample is a line");
  return 0;
}
