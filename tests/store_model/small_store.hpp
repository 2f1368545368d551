#pragma once

#include <string>

#include "sample_store.hpp"

namespace ntksweep::test {

/// Three cells of few numbers for each width.
inline std::string small_job(const std::string& widths) {
  return "[grid]\nwidth = " + widths + R"(
samples = [5]
step_size = [0.5]
seed = 3
[statistics]
only = ["train_loss", "steps"]
checkpoints = 2
kernel = "none"
)";
}

inline SampleStore small_store() { return SampleStore(small_job("[2, 3]"), {2, 1, 0}, {0, 1, 2, 3, 4, 5}); }

/// The same cells in a grid with another width, where they have other numbers.
inline SampleStore grown_store() { return SampleStore(small_job("[1, 2, 3]"), {2, 1, 0}, {3, 4, 5, 6, 7, 8}); }

/// Cells whose numbers and statuses lie in one page, in neighbouring ones, and far from each other.
inline SampleStore wide_store() {
  return SampleStore(R"([grid]
width = 2
samples = 5
step_size = 0.5
seed = 5000
[statistics]
only = ["train_loss"]
checkpoints = 2
kernel = "none"
)",
                     {2, 1, 0}, {0, 2, 300, 1000, 4200, 4999});
}

/// A name for files of this process; in memory where there is such a folder.
inline std::string memory_folder() {
  const bool is_there = access("/dev/shm", W_OK) == 0;
  const std::string parent = is_there ? "/dev/shm" : std::filesystem::temp_directory_path().string();
  return parent + "/ntksweep-model-" + std::to_string(getpid());
}

/// The file of a sweep that was created and nothing more, removed at the end; the store knows its places.
class CreatedFile {
 public:
  explicit CreatedFile(SampleStore& store) : path_(memory_folder() + ".created.h5") {
    store.sweep().open(path_).finish();
    store.find_places(path_);
  }
  CreatedFile(const CreatedFile&) = delete;
  CreatedFile& operator=(const CreatedFile&) = delete;
  ~CreatedFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ntksweep::test
