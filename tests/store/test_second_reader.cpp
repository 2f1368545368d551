#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "python.hpp"
#include "small_sweep.hpp"

/// The file as others see it: h5py, and xarray with both of its engines, while the writer has it open.
namespace ntksweep {
namespace {

using test::run_python;
using test::SmallSweep;
using test::TemporaryFolder;
using Json = nlohmann::json;

Json axis_values(const Axis& axis) {
  Json values = Json::array();
  for (const Value& value : axis.values) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      values.push_back(*number);
    } else if (const auto* real = std::get_if<double>(&value)) {
      values.push_back(*real);
    } else {
      values.push_back(to_text(value));
    }
  }
  return values;
}

/// What the script is to find: axes with their values, each cell's position on them, its numbers (null: missing).
Json expectation(const SmallSweep& sweep, const std::set<std::uint64_t>& written) {
  Json json;
  json["layout"] = sweep.grid.dense() ? "dense" : "list";
  json["size"] = sweep.grid.size();
  const Extents& e = sweep.extents;
  json["extents"] = {e.checkpoints, e.layers, e.eigenvalues, e.test_samples, e.outputs};
  for (const Axis& axis : sweep.grid.axes()) {
    json["axes"].push_back({{"name", settings()[axis.setting].key}, {"values", axis_values(axis)}});
  }
  for (const std::uint64_t number : written) {
    Json cell = {{"number", number}, {"positions", sweep.grid.positions(number)}};
    const Record record = sweep.record(number);
    cell["status"] = static_cast<int>(record.status);
    cell["key"] = record.key;
    cell["wall_time"] = record.wall_time_s;
    for (const Field& field : sweep.layout.fields) {
      const auto first = record.values.begin() + static_cast<std::ptrdiff_t>(field.offset);
      cell["values"][std::string(field.statistic->name)] =
          std::vector<double>(first, first + static_cast<std::ptrdiff_t>(field.rows * field.columns));
    }
    json["cells"].push_back(cell);
  }
  for (const Field& field : sweep.layout.fields) {
    json["statistics"].push_back({{"name", field.statistic->name},
                                  {"integer", field.statistic->number == Number::integer},
                                  {"units", field.statistic->unit},
                                  {"long_name", field.statistic->long_name},
                                  {"formula", field.statistic->formula}});
  }
  return json;
}

void check_with_python(const SmallSweep& sweep, const std::string& script) {
  const TemporaryFolder folder;
  const std::string path = folder.file("out.h5");
  ResultFile file = sweep.open(path);
  const std::uint64_t size = sweep.grid.size();
  const std::set<std::uint64_t> written = {0, size / 3, size / 2, size - 1};
  for (const std::uint64_t cell : written) {
    file.write(sweep.record(cell), sweep.extents, {.rank = 1, .host = "node\u00e9"});
  }
  file.commit();
  test::write_text(folder.file("expected.json"), expectation(sweep, written).dump());
  EXPECT_EQ(run_python(script, path + " " + folder.file("expected.json")), "ok\n");
}

SmallSweep list_sweep() {
  return SmallSweep(std::string(test::dense_job).replace(7, 0, "where = \"width < 16 or samples == 5\"\n"));
}

SmallSweep plain_sweep() {
  return SmallSweep("[grid]\nwidth = [4]\nsamples = [4]\n[statistics]\nkernel = \"none\"\nonly = [\"training\"]\n",
                    {2, 2, 0});
}

TEST(SecondReader, H5pySeesADenseFileDuringARun) { check_with_python(SmallSweep(test::dense_job), "check_h5py.py"); }
TEST(SecondReader, H5pySeesAListFileDuringARun) { check_with_python(list_sweep(), "check_h5py.py"); }
TEST(SecondReader, H5pySeesASweepOfOneCell) { check_with_python(plain_sweep(), "check_h5py.py"); }
TEST(SecondReader, XarraySeesADenseFileDuringARun) {
  check_with_python(SmallSweep(test::dense_job), "check_xarray.py");
}
TEST(SecondReader, XarraySeesAListFileDuringARun) { check_with_python(list_sweep(), "check_xarray.py"); }
TEST(SecondReader, XarraySeesASweepOfOneCell) { check_with_python(plain_sweep(), "check_xarray.py"); }

}  // namespace
}  // namespace ntksweep
