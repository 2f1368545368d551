#pragma once

#include <gtest/gtest.h>

#include <string>

#include "ntksweep/core/error.hpp"

namespace ntksweep {

/// The message of the InputError that `action` throws; a failed test when it throws none.
template <class Action>
std::string refusal(const Action& action) {
  try {
    action();
  } catch (const InputError& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

/// Whether `text` contains `part`, with both in the message of a failure.
inline ::testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "'" << part << "' is not in: " << text;
}

}  // namespace ntksweep
