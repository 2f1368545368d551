#include "ntksweep/store/state_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "ntksweep/store/saved_states.hpp"
#include "small_sweep.hpp"

namespace ntksweep {
namespace {

CellState state_of(std::uint64_t key, std::size_t size = 100, int seed = 0) {
  CellState state{key + 7, key, std::vector<std::byte>(size)};
  for (std::size_t i = 0; i < size; ++i)
    state.bytes[i] = static_cast<std::byte>(31 * i + key + static_cast<std::size_t>(seed));
  return state;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class StateLog : public testing::Test {
 protected:
  void append(const std::vector<CellState>& states) const {
    StateFile file(output_);
    for (const CellState& state : states) file.append(state);
    file.sync();
  }

  /// What the next run finds of this key.
  std::vector<std::byte> found(std::uint64_t key) const {
    const auto state = StateFile(output_).read(key);
    return state ? state->bytes : std::vector<std::byte>();
  }

  test::TemporaryFolder folder_;
  std::string output_ = folder_.file("out.h5");
  std::string path_ = output_ + ".state";
};

TEST_F(StateLog, IsNotThereBeforeAStateIs) {
  StateFile file(output_);
  EXPECT_EQ(file.size(), 0U);
  EXPECT_EQ(file.problem(), "");
  EXPECT_FALSE(file.read(3));
  file.sync();
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(StateLog, GivesBackTheNewestStateOfEachKey) {
  append({state_of(1), state_of(2), state_of(1, 300, 5), state_of(3, 0)});
  const StateFile file(output_);
  EXPECT_EQ(file.problem(), "");
  EXPECT_EQ(file.size(), 3U);
  EXPECT_EQ(file.read(1)->bytes, state_of(1, 300, 5).bytes);
  EXPECT_EQ(file.read(2)->bytes, state_of(2).bytes);
  EXPECT_EQ(file.read(3)->bytes.size(), 0U);
  EXPECT_FALSE(file.read(4));
  std::set<std::uint64_t> cells;
  for (const auto& [cell, key] : file.owners()) cells.insert(cell);
  EXPECT_EQ(cells, (std::set<std::uint64_t>{8, 9, 10}));
}

TEST_F(StateLog, ReadsBackWhatItHasJustAppended) {
  StateFile file(output_);
  file.append(state_of(1));
  file.append(state_of(1, 50, 2));
  EXPECT_EQ(file.read(1)->bytes, state_of(1, 50, 2).bytes);
}

TEST_F(StateLog, GoesOnBehindWhatAnEarlierRunLeft) {
  append({state_of(1)});
  append({state_of(2)});
  EXPECT_EQ(found(1), state_of(1).bytes);
  EXPECT_EQ(found(2), state_of(2).bytes);
}

TEST_F(StateLog, WhereverItIsCutTheStatesBeforeCount) {
  append({state_of(1), state_of(2), state_of(1, 100, 9)});
  const std::string whole = bytes_of(path_);
  const std::size_t entry = (whole.size() - whole.find('\n') - 1) / 3;
  for (std::size_t cut = whole.size() - 1; cut > whole.find('\n') + entry; --cut) {
    overwrite(path_, whole.substr(0, cut));
    const StateFile file(output_);
    const bool between = (whole.size() - cut) % entry == 0;
    EXPECT_EQ(file.problem().empty(), between) << cut;
    ASSERT_EQ(file.read(1)->bytes, state_of(1).bytes) << cut;
    ASSERT_EQ(file.read(2).has_value(), cut + entry >= whole.size()) << cut;
  }
}

TEST_F(StateLog, AFlippedBitAnywhereChangesNoStateThatIsGiven) {
  append({state_of(1), state_of(2), state_of(1, 100, 9)});
  const std::string whole = bytes_of(path_);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    overwrite(path_, damaged);
    const StateFile file(output_);
    EXPECT_NE(file.problem().find("begin anew"), std::string::npos) << i;
    const auto one = file.read(1);
    const auto two = file.read(2);
    EXPECT_TRUE(!one || one->bytes == state_of(1).bytes || one->bytes == state_of(1, 100, 9).bytes) << i;
    EXPECT_TRUE(!two || two->bytes == state_of(2).bytes) << i;
    ASSERT_LE(file.size(), 2U);
  }
}

TEST_F(StateLog, ADamagedStateLetsTheOneBeforeItCount) {
  append({state_of(1), state_of(1, 100, 9), state_of(2)});
  std::string bytes = bytes_of(path_);
  const std::size_t entry = (bytes.size() - bytes.find('\n') - 1) / 3;
  bytes[bytes.size() - entry - 1] = static_cast<char>(bytes[bytes.size() - entry - 1] ^ 1);
  overwrite(path_, bytes);
  EXPECT_EQ(found(1), state_of(1).bytes);
  EXPECT_EQ(found(2), state_of(2).bytes);
}

TEST_F(StateLog, GoesOnAfterADamagedEnd) {
  append({state_of(1), state_of(2, 1000)});
  overwrite(path_, bytes_of(path_).substr(0, bytes_of(path_).size() - 1));
  append({state_of(3, 10)});
  EXPECT_EQ(found(1), state_of(1).bytes);
  EXPECT_EQ(found(2).size(), 0U);
  EXPECT_EQ(found(3), state_of(3, 10).bytes);
}

TEST_F(StateLog, OfAnotherVersionIsSaidAndReplaced) {
  for (const char* other : {"ntksweep states 1, numerics 1\n????", "", "x"}) {
    overwrite(path_, other);
    EXPECT_NE(StateFile(output_).problem().find("another version"), std::string::npos);
    append({state_of(1)});
    EXPECT_EQ(StateFile(output_).problem(), "");
    EXPECT_EQ(found(1), state_of(1).bytes);
  }
}

TEST_F(StateLog, CompactingKeepsWhatIsNeededAndNothingElse) {
  StateFile file(output_);
  for (int i = 0; i < 5; ++i) {
    for (std::uint64_t key = 1; key < 4; ++key) file.append(state_of(key, 1000, i));
  }
  EXPECT_GT(file.stale_bytes(), 12 * 1000U);
  file.forget(2);
  file.compact();
  EXPECT_EQ(file.stale_bytes(), 0U);
  EXPECT_LT(std::filesystem::file_size(path_), 2300U);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".tmp"));
  EXPECT_FALSE(file.read(2));
  file.append(state_of(9));
  EXPECT_EQ(file.read(1)->bytes, state_of(1, 1000, 4).bytes);
  EXPECT_EQ(found(3), state_of(3, 1000, 4).bytes);
  EXPECT_EQ(found(9), state_of(9).bytes);
}

TEST_F(StateLog, StaysShorterThanTwiceWhatIsNeeded) {
  StateFile file(output_);
  for (int i = 0; i < 40; ++i) {
    file.append(state_of(1, 2'000'000, i));
    ASSERT_LE(std::filesystem::file_size(path_), 3 * 2'000'200U);
  }
  EXPECT_EQ(found(1), state_of(1, 2'000'000, 39).bytes);
}

TEST_F(StateLog, WithoutAnyStateTheFileIsRemoved) {
  StateFile file(output_);
  file.append(state_of(1));
  file.forget(1);
  file.compact();
  EXPECT_FALSE(std::filesystem::exists(path_));
  file.append(state_of(2));
  EXPECT_EQ(found(2), state_of(2).bytes);
}

TEST_F(StateLog, AStateThatSomeoneDamagesMeanwhileIsNotGiven) {
  StateFile file(output_);
  file.append(state_of(1));
  file.append(state_of(2));
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 1);
  EXPECT_TRUE(file.read(1));
  EXPECT_FALSE(file.read(2));
}

TEST_F(StateLog, AFileThatCannotBeWrittenIsNamed) {
  StateFile file(folder_.file("missing/out.h5"));
  try {
    file.append(state_of(1));
    FAIL();
  } catch (const SystemError& error) {
    EXPECT_NE(std::string(error.what()).find("out.h5.state"), std::string::npos);
  }
}

TEST_F(StateLog, GivesTheHeadsOfTheNewestStatesToReaders) {
  append({state_of(1), state_of(2, 3), state_of(1, 200, 5)});
  const std::string before = bytes_of(path_);
  const auto heads = heads_of_saved_states(output_, 8);
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].cell, 8U);
  const auto newest = state_of(1, 200, 5).bytes;
  EXPECT_EQ(heads[0].bytes, std::vector<std::byte>(newest.begin(), newest.begin() + 8));
  EXPECT_EQ(heads[1].bytes, state_of(2, 3).bytes);
  EXPECT_EQ(bytes_of(path_), before);
}

TEST_F(StateLog, GivesReadersNoStateWhoseEndIsMissing) {
  append({state_of(1), state_of(2)});
  const std::string whole = bytes_of(path_);
  overwrite(path_, whole.substr(0, whole.size() - 1));
  ASSERT_EQ(heads_of_saved_states(output_, 8).size(), 1U);
  EXPECT_EQ(heads_of_saved_states(output_, 8)[0].key, 1U);
  EXPECT_EQ(bytes_of(path_).size(), whole.size() - 1);
}

TEST_F(StateLog, GivesReadersNothingOfAnotherVersionOrWithoutAFile) {
  EXPECT_TRUE(heads_of_saved_states(output_, 8).empty());
  append({state_of(1)});
  std::string bytes = bytes_of(path_);
  bytes[0] = 'N';
  overwrite(path_, bytes);
  EXPECT_TRUE(heads_of_saved_states(output_, 8).empty());
}

}  // namespace
}  // namespace ntksweep
