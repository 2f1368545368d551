// NPY files: the array as inputs, and, where it is one number per sample, as labels too.

#include "data_file.hpp"
#include "fuzz.hpp"

using namespace ntksweep;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view content = fuzz::as_text(data, size);
  DataConfig config;
  config.source = "npy";
  const auto raw = fuzz::load(config, content, content.empty() ? "x" : content);
  if (!raw) return 0;
  fuzz::must(raw->inputs == raw->labels, "the same file holds the same numbers");
  const bool is_plain = !content.starts_with("\x1f\x8b");
  if (is_plain) fuzz::must(content.starts_with("\x93NUMPY"), "a NumPy array begins with its mark");
  return 0;
}
