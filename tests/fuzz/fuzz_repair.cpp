// `verify --repair`, which has to read files without a whole seal: it refuses one and leaves it as it is, or makes one
// that can be read, in which every cell is whole or pending.

#include <pthread.h>

#include <filesystem>

#include "file_text.hpp"
#include "fuzz.hpp"
#include "ntksweep/store/repair.hpp"
#include "sample_result.hpp"

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#include <sanitizer/common_interface_defs.h>
#endif

using namespace ntksweep;

namespace {

/// HDF5 may crash on a damaged file: repair reads it in a child for that reason. The fuzzer, which that child has
/// inherited, is not to take it for its own crash.
void let_children_crash() {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  static const int done = pthread_atfork(nullptr, nullptr, [] { __sanitizer_set_death_callback(nullptr); });
  fuzz::must(done == 0, "the child can be told");
#endif
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  let_children_crash();
  static const fuzz::Folder folder;
  const std::string path = folder.file("out.h5"), file = fuzz::patched_sample(fuzz::as_text(data, size));
  fuzz::write_file(path, file);
  const bool repaired = fuzz::accepted([&] { repair_result_file(path); });
  fuzz::must(!std::filesystem::exists(path + ".lock"), "the lock is given back");
  if (!repaired) {
    fuzz::must(fuzz::read_file(path) == file, "a file that cannot be repaired stays as it is");
    return 0;
  }
  const bool readable = fuzz::accepted([&] {
    const ResultReader reader(path);
    reader.statuses();
    if (fuzz::differ_in_metadata(file, fuzz::sample_result().bytes)) return;
    fuzz::must(reader.damaged_cells(fuzz::sample_result().sweep.layout).empty(), "no damaged cell is left");
  });
  fuzz::must(readable, "a file that was repaired can be read");
  return 0;
}
