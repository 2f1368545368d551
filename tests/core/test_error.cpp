#include <gtest/gtest.h>

#include <string>

#include "ntksweep/core/error.hpp"

namespace ntksweep {
namespace {

TEST(Error, MessagesAreOneLineWhateverTheyQuote) {
  const std::string quoted("no\nname\x1b[2J\x7f.\0!", 15);
  EXPECT_STREQ(InputError(quoted).what(), "no name?[2J?.?!");
  EXPECT_STREQ(SystemError("a\tb\r\n").what(), "a b  ");
}

TEST(Error, LettersOutsideAsciiStay) { EXPECT_STREQ(NumericalError("Größe").what(), "Größe"); }

}  // namespace
}  // namespace ntksweep
