#include "file_bytes.hpp"
#include "table_readers.hpp"

namespace ntksweep {

namespace embedded {
// data/digits.csv.gz, put into the program by the build.
extern const unsigned char digits_bytes[];
extern const std::size_t digits_size;
}  // namespace embedded

RawTable read_digits(const std::string&, const std::string&, const DataConfig&) {
  const std::string text = gunzip({embedded::digits_bytes, embedded::digits_size});
  return split_labels(parse_csv(text, "digits"), -1, "digits");
}

}  // namespace ntksweep
