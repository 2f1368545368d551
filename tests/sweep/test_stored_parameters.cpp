#include "ntksweep/sweep/stored_parameters.hpp"

#include <gtest/gtest.h>

#include <map>

#include "messages.hpp"
#include "ntksweep/core/hash.hpp"
#include "ntksweep/sweep/run_task.hpp"

/// model.init_path: identity of the cells, the way between ranks, and files that do not fit.
namespace ntksweep {
namespace {

/// Two inputs, `width` hidden neurons, one output; biases in the hidden layer where asked for.
Parameters two_layers(Index width, double first, Index biases = 0) {
  Parameters parameters{{Matrix::Constant(width, 2, first), Matrix::Constant(1, width, 0.5)},
                        {Vector::Constant(biases, 0.25), Vector()}};
  parameters.weights[0](width - 1, 0) = -3;
  return parameters;
}

/// A folder without a disk: the files there are, and how often each was read.
struct Folder {
  std::map<std::string, Parameters> files;
  std::map<std::string, int> reads;

  FileReaders readers() {
    return {nullptr, [this](const std::string& path, StoredState state) {
              ++reads[path];
              Parameters found = files.at(path);
              if (state == StoredState::initial) found.weights[0] *= 2;
              return found;
            }};
  }
};

Job job_of(const std::string& text) { return parse_job(text + "[data]\ninput_dim=2\n", "x.toml", {}); }

Cell cell_of(const std::string& text) { return Grid(job_of(text)).cell(0); }

/// The keys of all cells of the job.
std::vector<std::uint64_t> keys_of(const std::string& text, Folder folder) {
  const Job job = job_of(text);
  const Grid grid(job);
  const DataPool pool = DataPool::load(job, folder.readers());
  std::vector<std::uint64_t> keys;
  for (std::uint64_t number = 0; number < grid.size(); ++number) keys.push_back(pool.key(grid.cell(number)));
  return keys;
}

/// What `plan` and `run` do before anything is trained.
void check(const std::string& text, Folder folder) {
  const Job job = job_of(text);
  const Grid grid(job);
  check_cells(grid);
  check_stored_parameters(grid, DataPool::load(job, folder.readers()));
}

std::string refused(const std::string& text, const Folder& folder) {
  return refusal([&] { check(text, folder); });
}

const std::string from_a = "[model]\ninitialization='file'\ninit_path='a.h5'\n";
const std::string from_both = "[model]\ninitialization='file'\ninit_path=['a.h5','b.h5']\n";

TEST(CellKeyOfStoredParameters, IsThatOfAWrittenOutIdentity) {
  EXPECT_EQ(cell_key(cell_of(from_a), 0, 255),
            hash_text("data 0000000000000000\nparameters 00000000000000ff\ndata.input_dim i 1 2\n"
                      "model.initialization s 4 file\n"));
}

TEST(CellKeyOfStoredParameters, WithoutAFileIsWhatItWas) {
  EXPECT_EQ(cell_key(cell_of(""), 7, 0), hash_text("data 0000000000000007\ndata.input_dim i 1 2\n"));
  EXPECT_EQ(keys_of("", {}).front(), cell_key(cell_of(""), 0));
}

TEST(CellKeyOfStoredParameters, KnowsTheFileByItsContent) {
  const auto keys = keys_of(from_both, {{{"a.h5", two_layers(3, 1)}, {"b.h5", two_layers(3, 1)}}, {}});
  EXPECT_EQ(keys[0], keys[1]) << "a copy under another name";
  const auto others = keys_of(from_both, {{{"a.h5", two_layers(3, 1)}, {"b.h5", two_layers(3, 1.5)}}, {}});
  EXPECT_EQ(others[0], keys[0]);
  EXPECT_NE(others[1], keys[1]);
  EXPECT_NE(keys_of(from_a, {{{"a.h5", two_layers(3, 1, 3)}}, {}})[0], keys[0]) << "a bias more";
}

TEST(CellKeyOfStoredParameters, KnowsTheStateOfAnExportByItsContent) {
  const auto keys = keys_of(from_a + "init_state=['end','initial']\n", {{{"a.h5", two_layers(3, 1)}}, {}});
  EXPECT_NE(keys[0], keys[1]);
}

TEST(DataPoolParameters, AreReadOnceAndOnlyForCellsThatNeedThem) {
  Folder folder{{{"a.h5", two_layers(3, 1)}}, {}};
  const Job job = job_of(
      "[grid]\nwidth=3\nseed=4\nzip=['initialization','init_path']\n"
      "[model]\ninitialization=['gaussian','file']\ninit_path=['','a.h5']\n");
  const Grid grid(job);
  const DataPool pool = DataPool::load(job, folder.readers());
  EXPECT_EQ(folder.reads, (std::map<std::string, int>{{"a.h5", 1}}));
  for (std::uint64_t number = 0; number < grid.size(); ++number) {
    const CellSpec spec = describe(grid.cell(number));
    EXPECT_EQ(pool.parameters(spec) != nullptr, spec.architecture.initialization == "file") << number;
  }
}

TEST(DataPoolParameters, SurviveTheWayBetweenRanks) {
  Folder folder{{{"a.h5", two_layers(3, 1, 3)}, {"b.h5", two_layers(5, -0.0)}}, {}};
  const Job job = job_of(from_both);
  const Grid grid(job);
  const DataPool pool = DataPool::load(job, folder.readers());
  const DataPool other = DataPool::from_bytes(pool.to_bytes());
  ASSERT_EQ(grid.size(), 2U);
  for (const std::uint64_t number : {0U, 1U}) {
    const Parameters& sent = *pool.parameters(describe(grid.cell(number)));
    const Parameters& received = *other.parameters(describe(grid.cell(number)));
    EXPECT_EQ(received.weights, sent.weights);
    EXPECT_EQ(received.biases, sent.biases);
    EXPECT_EQ(other.key(grid.cell(number)), pool.key(grid.cell(number)));
  }
}

TEST(DataPoolParameters, AreWhereTrainingStarts) {
  Folder folder{{{"a.h5", two_layers(3, 1)}}, {}};
  const Job job = job_of("[grid]\nwidth=3\nsamples=4\nseed=2\n[training]\nmax_steps=3\n" + from_a);
  const Grid grid(job);
  const DataPool pool = DataPool::load(job, folder.readers());
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{1}}) {
    run_task(job, grid, pool, std::span(&number, 1), [&](CellRun&& run) {
      EXPECT_EQ(run.record.message, "");
      EXPECT_EQ(run.record.key, pool.key(grid.cell(number)));
      EXPECT_EQ(run.initial.weights, folder.files.at("a.h5").weights) << "whatever the seed";
    });
  }
}

TEST(CheckStoredParameters, AcceptsWhatFits) {
  const Folder folder{{{"a.h5", two_layers(3, 1)}, {"b.h5", two_layers(5, 1, 5)}}, {}};
  EXPECT_NO_THROW(check("", {}));
  EXPECT_NO_THROW(check("[grid]\nwidth=3\n" + from_a, folder));
  EXPECT_NO_THROW(check(
      "[grid]\nwidth=[3,5]\nseed=3\nzip=['width','init_path','biases']\n" + from_both + "biases=['none','hidden']\n",
      folder));
  EXPECT_NO_THROW(check("[grid]\nwidth=[3,5]\nwhere='width<4'\n" + from_a, folder));
}

TEST(CheckStoredParameters, FindsTheOneWidthOfAGridThatDoesNotFit) {
  const std::string message = refused("[grid]\nwidth=[3,8]\n" + from_a, {{{"a.h5", two_layers(3, 1)}}, {}});
  EXPECT_TRUE(contains(message, "layer 1 has shape 3 x 2, this cell needs 8 x 2; set grid.width = 3")) << message;
  EXPECT_TRUE(contains(message, "a.h5")) << message;
}

TEST(CheckStoredParameters, FindsTheOneCellOfAListThatDoesNotFit) {
  const Folder folder{{{"a.h5", two_layers(3, 1)}, {"b.h5", two_layers(5, 1)}}, {}};
  const std::string message = refused("[grid]\nwidth=[3,4]\nzip=['width','init_path']\n" + from_both, folder);
  EXPECT_TRUE(contains(message, "layer 1 has shape 5 x 2, this cell needs 4 x 2")) << message;
  EXPECT_TRUE(contains(message, "b.h5")) << message;
}

TEST(CheckStoredParameters, NamesTheDepthToSet) {
  const std::string message = refused("[grid]\nwidth=3\n" + from_a + "depth=2\n", {{{"a.h5", two_layers(3, 1)}}, {}});
  EXPECT_TRUE(contains(message, "2 weight layers")) << message;
  EXPECT_TRUE(contains(message, "set model.depth = 1")) << message;
}

TEST(CheckStoredParameters, NamesTheBiasesToSet) {
  const Folder plain{{{"a.h5", two_layers(3, 1)}}, {}}, biased{{{"a.h5", two_layers(3, 1, 3)}}, {}};
  const std::string job = "[grid]\nwidth=3\n" + from_a;
  EXPECT_TRUE(contains(refused(job, biased), "set model.biases = hidden")) << refused(job, biased);
  const std::string message = refused(job + "biases='all'\n", plain);
  EXPECT_TRUE(contains(message, "layer 1 has a bias of 0 entries, this cell needs 3; set model.biases = none"))
      << message;
}

TEST(CheckStoredParameters, AFileThatIsNotNamedIsMissed) {
  const std::string message = refused("[model]\ninitialization='file'\n", {});
  EXPECT_TRUE(contains(message, "model.init_path: model.initialization = file needs a file")) << message;
}

TEST(CheckStoredParameters, AFileThatNobodyReadsIsRefused) {
  const std::string message = refused("[model]\ninit_path='a.h5'\n", {});
  EXPECT_TRUE(contains(message, "a.h5 is named, but model.initialization = gaussian reads no file")) << message;
}

}  // namespace
}  // namespace ntksweep
