#include "in_child.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "ntksweep/core/error.hpp"
#include "small_sweep.hpp"

namespace ntksweep {
namespace {

using test::message_of;

constexpr unsigned long_enough_s = 60;

TEST(InChild, WhatTheWorkReturnsComesBack) {
  const std::vector<std::byte> bytes(100'000, std::byte{7});
  EXPECT_EQ(in_child([&] { return bytes; }, long_enough_s), bytes);
}

TEST(InChild, ErrorsKeepTheirKindAndWords) {
  const auto refuse = []() -> std::vector<std::byte> { throw InputError("bad file"); };
  const auto fail = []() -> std::vector<std::byte> { throw SystemError("bad disk"); };
  EXPECT_EQ(message_of<InputError>([&] { in_child(refuse, long_enough_s); }), "bad file");
  EXPECT_EQ(message_of<SystemError>([&] { in_child(fail, long_enough_s); }), "bad disk");
}

TEST(InChild, ACrashIsAnErrorOfThisProcess) {
  const auto crash = []() -> std::vector<std::byte> {
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
  };
  EXPECT_EQ(message_of<SystemError>([&] { in_child(crash, long_enough_s); }), "HDF5 crashes on it");
}

TEST(InChild, WorkWithoutEndIsEnded) {
  const auto go_on_for_ever = []() -> std::vector<std::byte> {
    for (;;) std::this_thread::yield();
  };
  EXPECT_EQ(message_of<SystemError>([&] { in_child(go_on_for_ever, 1); }), "HDF5 does not come to an end with it");
}

}  // namespace
}  // namespace ntksweep
