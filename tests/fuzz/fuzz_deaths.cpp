// Lists of deaths: lines that are none are passed over, the others are read as they were written.

#include <algorithm>
#include <utility>

#include "file_text.hpp"
#include "fuzz.hpp"
#include "ntksweep/store/death_file.hpp"

using namespace ntksweep;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  const std::string output = folder.file("out.h5"), again = folder.file("again.h5");
  const std::string content(fuzz::as_text(data, size));
  fuzz::write_file(death_file_path(output), content);
  fuzz::write_file(death_file_path(again), "");
  std::vector<Death> deaths;
  fuzz::must(fuzz::accepted([&] { deaths = read_deaths(output); }), "a list of deaths is never refused");
  fuzz::must(std::cmp_less_equal(deaths.size(), std::ranges::count(content, '\n') + 1), "a death is a line");
  for (const Death& death : deaths) append_death(again, death);
  const std::vector<Death> same = read_deaths(again);
  fuzz::must(same.size() == deaths.size(), "deaths that are written can be read");
  for (std::size_t i = 0; i < same.size(); ++i) {
    const Death &a = same[i], &b = deaths[i];
    fuzz::must(a.cell == b.cell && a.key == b.key && a.rank == b.rank && a.host == b.host && a.run == b.run &&
                   a.time == b.time && a.cause == b.cause,
               "and are the same");
  }
  return 0;
}
