#include "ntksweep/core/bytes.hpp"

#include <gtest/gtest.h>

namespace ntksweep {
namespace {

void write_some(ByteWriter& out) {
  const std::vector<double> numbers(1000, 1.5);
  out.put(std::uint8_t{7});
  out.put_span(std::span<const double>(numbers));
  out.put_text("end");
}

TEST(ByteWriter, WritesTheSameIntoExactlyAsMuchMemory) {
  ByteWriter plain;
  write_some(plain);
  const auto bytes = ByteWriter::exactly(write_some);
  EXPECT_EQ(bytes, std::move(plain).take());
  EXPECT_EQ(bytes.capacity(), bytes.size());
  EXPECT_EQ(bytes.size(), 1 + 8 + 8000 + 8 + 3);
}

TEST(ByteWriter, CanWriteNothing) {
  EXPECT_TRUE(ByteWriter::exactly([](ByteWriter&) {}).empty());
}

TEST(ByteReader, ReadsBackInTheSameOrderAndNoFurther) {
  const auto bytes = ByteWriter::exactly(write_some);
  ByteReader in(bytes);
  EXPECT_EQ(in.get<std::uint8_t>(), 7);
  EXPECT_EQ(in.get_vector<double>(), std::vector<double>(1000, 1.5));
  EXPECT_THROW(in.finish(), std::logic_error);
  EXPECT_EQ(in.get_text(), "end");
  EXPECT_NO_THROW(in.finish());
  EXPECT_THROW(in.get<char>(), std::logic_error);
}

}  // namespace
}  // namespace ntksweep
