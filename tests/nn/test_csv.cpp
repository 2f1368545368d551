#include "../support/data_files.hpp"

namespace ntksweep {
namespace {

class Csv : public testing::Test {
 protected:
  DataConfig config(const std::string& content) const {
    DataConfig result;
    result.source = "csv";
    result.path = folder.write("data.csv", content);
    return result;
  }
  RawData read(const std::string& content) const { return load(config(content)); }
  std::string error(const std::string& content) const {
    return input_error([&] { read(content); });
  }

  TemporaryFolder folder;
};

TEST_F(Csv, EachLineBecomesOneColumnAndTheLastFieldTheLabel) {
  const RawData raw = read("1,2,10\n3.5,-4e2,20\n");
  EXPECT_EQ(raw.inputs, (Matrix(2, 2) << 1, 3.5, 2, -400).finished());
  EXPECT_EQ(raw.labels, (Matrix(1, 2) << 10, 20).finished());
}

TEST_F(Csv, AnySeparatorGivesTheSameNumbers) {
  const RawData comma = read("1,2,0\n3,4,1\n");
  for (const auto* text :
       {"1;2;0\n3;4;1\n", "1\t2\t0\n3\t4\t1\n", "1 2  0\n 3 4 1 \n", "1, 2, 0\r\n3 ,4, +1\r\n\r\n", "1,2,0\n3,4,1",
        "\xEF\xBB\xBF"
        "1,2,0\n3,4,1\n"}) {
    const RawData raw = read(text);
    EXPECT_EQ(raw.inputs, comma.inputs) << text;
    EXPECT_EQ(raw.labels, comma.labels) << text;
  }
}

TEST_F(Csv, AHeaderLineIsSkipped) {
  const RawData raw = read("height,width,label\n1,2,0\n");
  EXPECT_EQ(raw.inputs, (Matrix(2, 1) << 1, 2).finished());
}

TEST_F(Csv, CommentLinesAreSkipped) {
  const RawData raw = read("# height width label\n1 2 0\n# a remark\n3 4 1\n");
  EXPECT_EQ(raw.inputs, (Matrix(2, 2) << 1, 3, 2, 4).finished());
}

TEST_F(Csv, AHeaderIsOneLineAtMost) {
  EXPECT_TRUE(mentions(error("a,b\nc,d\n1,2\n"), "data.csv:2:", "field 1", "'c'"));
}

TEST_F(Csv, ABinaryFileIsRefusedInPrintableText) {
  EXPECT_TRUE(mentions(error("text\n\x01\x02\x7F"), "data.csv:2:", "field 1 is '?"));
}

TEST_F(Csv, TheLabelColumnCountsFromEitherEnd) {
  DataConfig c = config("5,1,2\n6,3,4\n");
  c.label_column = 0;
  const RawData first = load(c);
  EXPECT_EQ(first.labels, (Matrix(1, 2) << 5, 6).finished());
  EXPECT_EQ(first.inputs, (Matrix(2, 2) << 1, 3, 2, 4).finished());
  c.label_column = -2;
  EXPECT_EQ(load(c).labels, (Matrix(1, 2) << 1, 3).finished());
}

TEST_F(Csv, LabelsMayComeFromAFileOfTheirOwn) {
  DataConfig c = config("1,2\n3,4\n");
  c.labels_path = folder.write("labels.csv", "0.5\n0.25\n");
  const RawData raw = load(c);
  EXPECT_EQ(raw.inputs.rows(), 2);
  EXPECT_EQ(raw.labels, (Matrix(1, 2) << 0.5, 0.25).finished());
}

TEST_F(Csv, AGzipFileReadsAsThePlainOne) {
  DataConfig c = config("1,2,0\n3,4,1\n");
  const RawData plain = load(c);
  c.path = folder.write_gzip("data.csv.gz", "1,2,0\n3,4,1\n");
  const RawData gzip = load(c);
  EXPECT_EQ(gzip.inputs, plain.inputs);
  EXPECT_EQ(gzip.content_hash, plain.content_hash);
}

TEST_F(Csv, ARaggedLineIsRefusedWithItsNumber) {
  EXPECT_TRUE(mentions(error("a,b,c\n1,2,0\n3,4\n"), "data.csv:3:", "2 fields", "line 2 has 3"));
}

TEST_F(Csv, TextAmongNumbersIsRefusedWithLineAndField) {
  EXPECT_TRUE(mentions(error("1,2,0\n3,four,1\n"), "data.csv:2:", "field 2", "'four'", "number"));
}

TEST_F(Csv, ABrokenFirstLineIsNotTakenForAHeader) {
  EXPECT_TRUE(mentions(error("1,two,0\n3,4,1\n"), "data.csv:1:", "field 2", "'two'", "header"));
}

TEST_F(Csv, AnEmptyFieldIsRefused) { EXPECT_TRUE(mentions(error("1,2,0\n3,,1\n"), "data.csv:2:", "field 2", "''")); }

TEST_F(Csv, NumbersThatAreNotFiniteAreRefusedWithTheirPlace) {
  for (const auto* bad : {"nan", "inf", "-inf", "1e999"}) {
    EXPECT_TRUE(mentions(error(std::string("1,2,0\n") + bad + ",4,1\n"), "data.csv:2:", "field 1", bad, "not finite"));
  }
}

TEST_F(Csv, AFileWithoutNumbersIsRefused) {
  EXPECT_TRUE(mentions(error(""), "data.csv", "no line of numbers"));
  EXPECT_TRUE(mentions(error("a,b\n"), "data.csv", "no line of numbers"));
}

TEST_F(Csv, ASingleColumnIsRefused) { EXPECT_TRUE(mentions(error("1\n2\n"), "data.csv", "one column", "labels_path")); }

TEST_F(Csv, ALabelColumnOutsideOfTheFileIsRefused) {
  DataConfig c = config("1,2,0\n");
  for (const std::int64_t column : {3, -4}) {
    c.label_column = column;
    EXPECT_TRUE(mentions(input_error([&] { load(c); }), "data.label_column", std::to_string(column), "3 columns"));
  }
}

TEST_F(Csv, AMissingFileIsNamed) {
  DataConfig c;
  c.source = "csv";
  c.path = folder.path("absent.csv");
  EXPECT_TRUE(mentions(input_error([&] { load(c); }), "absent.csv", "No such file"));
}

TEST_F(Csv, AFolderIsNoFile) {
  DataConfig c;
  c.source = "csv";
  c.path = folder.path();
  EXPECT_TRUE(mentions(input_error([&] { load(c); }), "folder"));
}

TEST_F(Csv, ATruncatedGzipFileIsRefused) {
  std::string numbers;
  for (int i = 0; i < 2000; ++i) numbers += std::to_string(i * 7919 % 1000) + "," + std::to_string(i) + "\n";
  DataConfig c;
  c.source = "csv";
  c.path = folder.write_gzip("data.csv.gz", numbers);
  std::filesystem::resize_file(c.path, std::filesystem::file_size(c.path) / 2);
  EXPECT_TRUE(mentions(input_error([&] { load(c); }), "data.csv.gz", "damaged or ends early"));
}

TEST_F(Csv, ADamagedGzipFileIsRefused) {
  std::string numbers;
  for (int i = 0; i < 2000; ++i) numbers += std::to_string(i * 7919 % 1000) + "," + std::to_string(i) + "\n";
  DataConfig c;
  c.source = "csv";
  c.path = folder.write_gzip("data.csv.gz", numbers);
  std::fstream file(c.path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(c.path) / 2));
  file << "damage damage damage";
  file.close();
  EXPECT_TRUE(mentions(input_error([&] { load(c); }), "data.csv.gz", "damaged"));
}

TEST_F(Csv, ATestFileOfAnotherWidthIsRefused) {
  DataConfig c = config("1,2,0\n3,4,1\n");
  c.test_path = folder.write("test.csv", "1,0\n");
  EXPECT_TRUE(mentions(input_error([&] { load(c); }), "data.test_path", "test.csv", "1 inputs", "has 2"));
}

}  // namespace
}  // namespace ntksweep
