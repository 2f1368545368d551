#include "ntksweep/store/folder_check.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "ntksweep/store/seen_mark.hpp"

namespace ntksweep {
namespace {

namespace fs = std::filesystem;

class Folder : public testing::Test {
 protected:
  Folder() : path_(fs::temp_directory_path() / ("ntksweep folder-" + std::to_string(getpid()))) {
    fs::create_directories(path_);
  }
  ~Folder() override { fs::remove_all(path_); }

  std::string output() const { return path_ / "out.h5"; }
  std::vector<Finding> check() const { return check_folder(path_ / "check"); }

  fs::path path_;
};

const Finding& of(const std::vector<Finding>& findings, const std::string& topic) {
  return *std::ranges::find(findings, topic, &Finding::topic);
}

TEST_F(Folder, OfThisMachineIsFine) {
  const auto findings = check();
  for (const Finding& finding : findings) {
    EXPECT_NE(finding.grade, Grade::problem) << finding.topic << ": " << finding.found;
    EXPECT_EQ(finding.cure.empty(), finding.grade == Grade::ok) << finding.topic;
  }
  EXPECT_EQ(findings.size(), 10U);
  EXPECT_FALSE(of(findings, "file system").found.starts_with(" "));
}

TEST_F(Folder, IsLeftAsItWas) {
  check();
  check_locking(path_ / "check");
  EXPECT_TRUE(fs::is_empty(path_));
}

TEST_F(Folder, ThatIsNotThereIsAProblemAndEndsTheChecks) {
  for (const char* name : {"absent/check", "file/check"}) {
    std::ofstream(path_ / "file") << "x";
    const auto findings = check_folder(path_ / name);
    EXPECT_EQ(findings.back().topic, "create") << name;
    EXPECT_EQ(findings.back().grade, Grade::problem);
    EXPECT_FALSE(findings.back().cure.empty());
  }
}

TEST_F(Folder, OfTheKernelsOwnIsRefusedWithTheReason) {
  const auto findings = check_locking("/proc/check");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings.front().found.starts_with("refused: "));
}

TEST_F(Folder, HasTheFileSystemOfItsMountPoint) {
  const auto findings = check_folder("/proc/check");
  EXPECT_EQ(of(findings, "file system").found, "proc at /proc");
}

TEST_F(Folder, OfMemoryIsWarnedOf) {
  if (!fs::is_directory("/dev/shm")) GTEST_SKIP();
  const auto findings = check_folder("/dev/shm/check");
  EXPECT_EQ(of(findings, "file system").grade, Grade::warning);
}

TEST_F(Folder, ShowsAMarkWhileItLives) {
  std::string suffix;
  {
    const SeenMark mark(output());
    suffix = mark.suffix();
    EXPECT_FALSE(suffix.empty());
    EXPECT_TRUE(sees_mark(output(), suffix, std::chrono::milliseconds(0)));
    EXPECT_FALSE(sees_mark(path_ / "other.h5", suffix, std::chrono::milliseconds(0)));
  }
  EXPECT_FALSE(sees_mark(output(), suffix, std::chrono::milliseconds(0)));
  EXPECT_TRUE(fs::is_empty(path_));
}

TEST_F(Folder, ThatIsNotThereGetsNoMark) { EXPECT_EQ(SeenMark(path_ / "absent" / "out.h5").suffix(), ""); }

TEST_F(Folder, AMarkThatComesLateIsSeen) {
  const std::string suffix = ".tmp.seen.late";
  const auto late = std::async(std::launch::async, [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    std::ofstream(output() + suffix) << "";
  });
  EXPECT_TRUE(sees_mark(output(), suffix, std::chrono::milliseconds(30000)));
}

}  // namespace
}  // namespace ntksweep
