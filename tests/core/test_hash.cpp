#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <set>
#include <string>

#include "ntksweep/core/error.hpp"
#include "ntksweep/core/hash.hpp"

namespace ntksweep {
namespace {

TEST(Hash, IsXxh3AsPublished) {
  EXPECT_EQ(hash_text(""), 0x2d06800538d394c2u);
  EXPECT_EQ(hash_text("a"), 0xe6c632b61e964e1fu);
  EXPECT_EQ(hash_text("abc"), 0x78af5f94892f3950u);
}

TEST(Hash, OfValuesIsTheHashOfTheirBytes) {
  const std::array<std::uint32_t, 2> values{0x64636261u, 0x68676665u};
  EXPECT_EQ(hash_values(std::span<const std::uint32_t>(values)), hash_text("abcdefgh"));
}

TEST(Hash, SeesEveryBit) {
  const double value = 1.0;
  std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
  std::set<std::uint64_t> seen;
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t flipped = bits ^ (std::uint64_t{1} << bit);
    seen.insert(hash_values(std::span<const std::uint64_t>(&flipped, 1)));
  }
  seen.insert(hash_values(std::span<const std::uint64_t>(&bits, 1)));
  EXPECT_EQ(seen.size(), 65u);
}

TEST(Hash, ToHexGivesSixteenDigits) {
  EXPECT_EQ(to_hex(0), "0000000000000000");
  EXPECT_EQ(to_hex(0xabcdef), "0000000000abcdef");
  EXPECT_EQ(to_hex(std::numeric_limits<std::uint64_t>::max()), "ffffffffffffffff");
}

TEST(Hash, FromHexUndoesToHex) {
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x0123456789abcdef}, ~std::uint64_t{0}}) {
    EXPECT_EQ(from_hex(to_hex(value)), value);
  }
}

TEST(Hash, FromHexRefusesWhatIsNoKeyAndNamesIt) {
  for (const std::string text : {"", "123", "0123456789abcdef0", "0123456789abcdeg", "-123456789abcdef",
                                 "0x23456789abcdef", " 123456789abcdef"}) {
    try {
      from_hex(text);
      ADD_FAILURE() << "accepted '" << text << "'";
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find("'" + text + "'"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace ntksweep
