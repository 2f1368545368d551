#include "ntksweep/store/hdf5_parameters.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>

#include <limits>

#include "python.hpp"
#include "small_sweep.hpp"

/// Reading initial weights out of an HDF5 file.
namespace ntksweep {
namespace {

using test::message_of;
using test::TemporaryFolder;

class Hdf5ParametersTest : public testing::Test {
 protected:
  TemporaryFolder folder;
  std::string path = folder.file("start.h5");
  hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);

  ~Hdf5ParametersTest() override { close(); }

  void close() {
    if (file >= 0) H5Fclose(file);
    file = -1;
  }

  /// first, first + 1, ... in row-major order; the group is made where it is missing.
  void add(const std::string& name, const std::vector<hsize_t>& shape, double first = 0,
           hid_t type = H5T_IEEE_F64LE) const {
    hsize_t count = 1;
    for (const hsize_t size : shape) count *= size;
    std::vector<double> numbers(count);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = first + static_cast<double>(i);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    H5Pset_create_intermediate_group(links, 1);
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t dataset = H5Dcreate2(file, name.c_str(), type, space, links, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data());
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pclose(links);
  }

  Parameters read(StoredState state = StoredState::end) {
    close();
    return read_hdf5_parameters(path, state);
  }

  /// Whether reading is refused in one line that names the file and holds `part`.
  testing::AssertionResult refused(const std::string& part, StoredState state = StoredState::end) {
    const std::string message = message_of<InputError>([&] { read(state); });
    for (const std::string& wanted : {path, part}) {
      if (message.find(wanted) == std::string::npos) return testing::AssertionFailure() << wanted << " / " << message;
    }
    if (message.find('\n') != std::string::npos) return testing::AssertionFailure() << "more than a line: " << message;
    return testing::AssertionSuccess();
  }
};

TEST_F(Hdf5ParametersTest, AFileOfSomebodyElsesCodeIsRead) {
  close();
  ASSERT_EQ(test::run_python("write_parameters.py", path), "ok\n");
  const Parameters parameters = read();
  ASSERT_EQ(parameters.weights.size(), 2U);
  ASSERT_EQ(parameters.weights[0].rows(), 4);
  ASSERT_EQ(parameters.weights[0].cols(), 3);
  EXPECT_EQ(parameters.weights[0](1, 2), 5) << "row-major: row 1 holds 3, 4, 5";
  EXPECT_EQ(parameters.weights[1](1, 0), 4);
  ASSERT_EQ(parameters.biases[0].size(), 4);
  EXPECT_EQ(parameters.biases[0](3), 3);
  EXPECT_EQ(parameters.biases[1].size(), 0);
}

TEST_F(Hdf5ParametersTest, OfAnExportTheStateThatIsAskedForIsRead) {
  add("layer_1/weights_end", {2, 3}, 10);
  add("layer_1/weights_initial", {2, 3}, 20);
  add("layer_1/biases_end", {2}, 30);
  add("layer_1/biases_initial", {2}, 40);
  EXPECT_EQ(read(StoredState::end).weights[0](0, 0), 10);
  EXPECT_EQ(read(StoredState::end).biases[0](1), 31);
  EXPECT_EQ(read(StoredState::initial).weights[0](0, 0), 20);
  EXPECT_EQ(read(StoredState::initial).biases[0](1), 41);
}

TEST_F(Hdf5ParametersTest, PlainWeightsAreThoseOfEitherState) {
  add("layer_1/weights", {2, 3}, 1);
  add("layer_1/weights_end", {2, 3}, 10);
  EXPECT_EQ(read(StoredState::end).weights[0](0, 0), 1);
  EXPECT_EQ(read(StoredState::initial).weights[0](0, 0), 1);
}

TEST_F(Hdf5ParametersTest, LayersAreCountedAsNumbersNotAsText) {
  for (int layer = 1; layer <= 11; ++layer) add("layer_" + std::to_string(layer) + "/weights", {1, 1}, layer);
  const Parameters parameters = read();
  ASSERT_EQ(parameters.weights.size(), 11U);
  EXPECT_EQ(parameters.weights[1](0, 0), 2);
  EXPECT_EQ(parameters.weights[10](0, 0), 11);
}

TEST_F(Hdf5ParametersTest, AFileWithoutLayersIsRefused) {
  add("weights", {2, 3});
  EXPECT_TRUE(refused("has no group 'layer_1'"));
}

TEST_F(Hdf5ParametersTest, AGapBetweenLayersIsRefused) {
  add("layer_1/weights", {2, 3});
  add("layer_3/weights", {1, 2});
  EXPECT_TRUE(refused("has no group 'layer_2'"));
}

TEST_F(Hdf5ParametersTest, ADatasetInPlaceOfALayerIsRefused) {
  add("layer_1", {2, 3});
  EXPECT_TRUE(refused("has no group 'layer_1'"));
}

TEST_F(Hdf5ParametersTest, AStateThatIsNotThereIsAnsweredWithTheOneThatIs) {
  add("layer_1/weights_initial", {2, 3});
  EXPECT_TRUE(refused("set model.init_state = initial"));
  EXPECT_EQ(read(StoredState::initial).weights.size(), 1U);
}

TEST_F(Hdf5ParametersTest, ALayerWithoutWeightsIsRefused) {
  add("layer_1/kernel", {2, 3});
  EXPECT_TRUE(refused("'layer_1' has no dataset 'weights' or 'weights_end'; give it one"));
}

TEST_F(Hdf5ParametersTest, BiasesUnderAnotherEndingAreNotPassedOver) {
  add("layer_1/weights", {2, 3});
  add("layer_1/biases_end", {2});
  EXPECT_TRUE(refused("'weights' but 'biases_end'"));
}

TEST_F(Hdf5ParametersTest, TransposedWeightsAreRefused) {
  add("layer_1/weights", {3, 8});
  add("layer_2/weights", {8, 1});
  EXPECT_TRUE(refused("'layer_2' has weights of shape 8 x 1, but the layer before it gives 3"));
}

TEST_F(Hdf5ParametersTest, AWrongNumberOfBiasesIsRefused) {
  add("layer_1/weights", {3, 8});
  add("layer_1/biases", {8});
  EXPECT_TRUE(refused("'layer_1' has 8 biases, but weights of shape 3 x 8"));
}

TEST_F(Hdf5ParametersTest, AWrongNumberOfDimensionsIsRefused) {
  add("layer_1/weights", {6});
  EXPECT_TRUE(refused("'layer_1/weights' has shape (6), it needs (fan_out, fan_in)"));
}

TEST_F(Hdf5ParametersTest, AnEmptyArrayIsRefused) {
  add("layer_1/weights", {0, 3});
  EXPECT_TRUE(refused("'layer_1/weights' has shape (0, 3)"));
}

TEST_F(Hdf5ParametersTest, NumbersThatAreNotFloatsAreRefused) {
  add("layer_1/weights", {2, 3}, 0, H5T_STD_I64LE);
  EXPECT_TRUE(refused("'layer_1/weights' holds no floats"));
}

TEST_F(Hdf5ParametersTest, NumbersThatAreNotFiniteAreRefused) {
  add("layer_1/weights", {2, 3});
  add("layer_1/biases", {2}, std::numeric_limits<double>::quiet_NaN());
  EXPECT_TRUE(refused("'layer_1/biases' holds numbers that are not finite"));
}

TEST_F(Hdf5ParametersTest, AFileThatIsMissingOrNotHdf5IsRefused) {
  close();
  test::write_text(path, "weights\n");
  EXPECT_TRUE(refused("not an HDF5 file"));
  std::filesystem::remove(path);
  EXPECT_TRUE(refused("No such file"));
}

}  // namespace
}  // namespace ntksweep
