#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <csignal>

#include "small_sweep.hpp"

/// No room: said at the start, with nothing left behind; met later, what was committed stays.
namespace ntksweep {
namespace {

using test::message_of;
using test::SmallSweep;
using test::TemporaryFolder;

/// Files of this process cannot grow or be written beyond `bytes`.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  sighandler_t handler_;
  rlimit before_{};
};

std::size_t files_in(const std::string& folder) {
  const auto entries = std::filesystem::directory_iterator(folder);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

void expect_clean_refusal(const SmallSweep& sweep, const std::string& folder) {
  const std::string path = folder + "/out.h5";
  const std::string message = message_of<SystemError>([&] { sweep.open(path); });
  EXPECT_NE(message.find(path), std::string::npos) << message;
  EXPECT_NE(message.find("it needs " + std::to_string(predicted_file_bytes(sweep.job, sweep.grid, sweep.extents))),
            std::string::npos)
      << message;
  EXPECT_NE(message.find("make room"), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  EXPECT_EQ(files_in(folder), 0U);
}

TEST(FullDisk, AFileThatMayNotGetSoLargeIsRefusedAtTheStartAndLeavesNothing) {
  const SmallSweep sweep(test::dense_job);
  const TemporaryFolder folder;
  const FileSizeLimit limit(100000);
  expect_clean_refusal(sweep, std::filesystem::path(folder.file("x")).parent_path().string());
}

/// A file system of that many bytes of its own.
class SmallDisk {
 public:
  explicit SmallDisk(std::size_t bytes)
      : path_(folder_.file("disk")),
        mounted_(std::filesystem::create_directory(path_) &&
                 mount("tmpfs", path_.c_str(), "tmpfs", 0, ("size=" + std::to_string(bytes)).c_str()) == 0) {}
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) umount(path_.c_str());
  }
  bool mounted() const { return mounted_; }
  const std::string& path() const { return path_; }

 private:
  TemporaryFolder folder_;
  std::string path_;
  bool mounted_;
};

TEST(FullDisk, ADiskWithoutRoomIsMetAtTheStartAndNothingIsLeft) {
  const SmallDisk disk(std::size_t{256} << 10U);
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small file system needs root";
  expect_clean_refusal(SmallSweep(test::dense_job), disk.path());
}

TEST(FullDisk, ADiskThatFillsUpDuringTheRunDoesNotStopIt) {
  const SmallDisk disk(std::size_t{4} << 20U);
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small file system needs root";
  const SmallSweep sweep(test::dense_job);
  ResultFile file = sweep.open(disk.path() + "/out.h5");
  test::write_text(disk.path() + "/filler", std::string(std::size_t{8} << 20U, 'x'));
  EXPECT_EQ(std::filesystem::space(disk.path()).available, 0U);
  for (std::uint64_t cell = 0; cell < sweep.grid.size(); ++cell) file.write(sweep.record(cell), sweep.extents, {});
  file.finish();
  EXPECT_EQ(ResultReader(disk.path() + "/out.h5").cell(191, sweep.layout).integrity, Integrity::intact);
}

TEST(FullDisk, AWriteThatFailsSaysWhatIsSafeAndKeepsIt) {
  const SmallSweep sweep(test::dense_job);
  const TemporaryFolder folder;
  const std::string path = folder.file("out.h5");
  {
    ResultFile file = sweep.open(path);
    file.write(sweep.record(0), sweep.extents, {});
    file.commit();
    const FileSizeLimit limit(4096);
    const std::string message = message_of<SystemError>([&] {
      file.write(sweep.record(1), sweep.extents, {});
      file.commit();
    });
    EXPECT_NE(message.find(path), std::string::npos) << message;
    EXPECT_NE(message.find("every cell committed so far is safe"), std::string::npos) << message;
  }
  const ResultFile file = sweep.open(path);
  EXPECT_EQ(file.status(0), Status::converged);
  EXPECT_EQ(file.status(1), Status::pending);
  EXPECT_EQ(ResultReader(path).cell(0, sweep.layout).integrity, Integrity::intact);
}

}  // namespace
}  // namespace ntksweep
