// CIFAR-10 batches. A record has 3073 bytes: the input gives the count, each label, and the first pixel of each image,
// and how many bytes are missing at the end.

#include <algorithm>

#include "data_file.hpp"
#include "fuzz.hpp"

using namespace ntksweep;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t pixels = 3072, most_images = 12;
  DataConfig config;
  config.source = "cifar10";
  if (size < 2) return 0;
  if (data[0] == 'r') {  // the bytes as they are
    fuzz::load(config, fuzz::as_text(data + 1, size - 1));
    return 0;
  }
  std::string content;
  bool labels_exist = true;
  std::size_t images = 0;
  for (std::size_t i = 2; i + 1 < size && images < most_images; i += 2, ++images) {
    labels_exist = labels_exist && data[i] <= 9;
    content.push_back(static_cast<char>(data[i]));
    content.append(pixels, static_cast<char>(data[i + 1]));
  }
  const std::size_t missing = std::min<std::size_t>(data[1], content.size());
  content.resize(content.size() - missing);
  const auto raw = fuzz::load(config, content);
  const bool is_compressed = content.starts_with("\x1f\x8b");
  if (!is_compressed)
    fuzz::must(raw.has_value() == (images > 0 && labels_exist && missing == 0), "whole batches are accepted");
  if (raw) fuzz::must(raw->inputs.rows() == pixels, "an image has its pixels");
  return 0;
}
