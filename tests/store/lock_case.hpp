#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>

#include "lock_file.hpp"
#include "small_sweep.hpp"

namespace ntksweep::test {

/// A sweep in a folder of its own, whose lock the test makes what it wants.
class LockCase : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string path = folder.file("out.h5");
  std::string lock = path + ".lock";
  SmallSweep sweep{dense_job};

  nlohmann::json held() const { return nlohmann::json::parse(read_text(lock)); }

  /// The lock of a process that was killed with the file open.
  void leave_stale_lock() const {
    const pid_t child = fork();
    if (child == 0) {
      const ResultFile file = sweep.open(path);
      kill(getpid(), SIGKILL);
    }
    waitpid(child, nullptr, 0);
    ASSERT_TRUE(std::filesystem::exists(lock));
  }

  void change_lock(const std::string& key, const nlohmann::json& value) const {
    nlohmann::json content = held();
    content[key] = value;
    write_text(lock, content.dump());
  }

  std::string refusal() const {
    return message_of<InputError>([&] { sweep.open(path); });
  }
};

}  // namespace ntksweep::test
