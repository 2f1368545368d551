"""A cell's numbers depend on its content alone: not on ranks, schedule or neighbours."""

import h5py
import pytest

from conftest import SMALL_JOB, assert_same_bits, run


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_every_number_is_the_same_on_any_number_of_ranks(small_job, reference, tmp_path, ranks):
    result = run("run", small_job, "-o", tmp_path / "out.h5", ranks=ranks)
    assert result.returncode == 0, result.stderr
    assert_same_bits(reference, tmp_path / "out.h5")


def test_several_ranks_really_took_part(small_job, tmp_path):
    assert run("run", small_job, "-o", tmp_path / "out.h5", "--training.max_steps=3000", ranks=2).returncode == 0
    with h5py.File(tmp_path / "out.h5") as file:
        assert set(file["rank"][()].ravel()) == {0, 1}


def test_a_cell_alone_has_the_bits_it_has_in_a_grid(tmp_path, reference):
    job = tmp_path / "one.toml"
    job.write_text(SMALL_JOB)
    result = run("run", job, "-o", tmp_path / "one.h5", "--grid.width=24", "--grid.samples=20", "--grid.step_size=1.3",
                 "--grid.seed=[1]", "--model.activation=tanh")
    assert result.returncode == 0, result.stderr
    with h5py.File(tmp_path / "one.h5") as one, h5py.File(reference) as whole:
        # width 24 is number 3, samples 20 number 1, step size 1.3 number 1, tanh number 1, seed 1 number 1.
        for name in ("key", "checksum", "status", "train_loss", "ntk_drift", "ntk_eigenvalues"):
            assert one[name][0, 0, 0, 0].tobytes() == whole[name][3, 1, 1, 1, 1].tobytes(), name


def test_statistics_do_not_change_what_a_network_does(small_job, reference, tmp_path):
    """The critical step, and with it the training, must not depend on which kernels are asked for."""
    result = run("run", small_job, "-o", tmp_path / "out.h5", "--statistics.kernel=none", "--statistics.spectrum=none")
    assert result.returncode == 0, result.stderr
    with h5py.File(tmp_path / "out.h5") as plain, h5py.File(reference) as whole:
        assert "ntk_drift" not in plain
        for name in ("train_loss", "test_loss", "steps", "step_size_absolute", "key"):
            assert plain[name][()].tobytes() == whole[name][()].tobytes(), name


# Every group of statistics, on training of several kinds.
THEORY_JOB = """
[grid]
width = [8, 16]
samples = 12
step_size = [0.3, 1.2]
seed = 2
[model]
activation = ["linear", "tanh"]
initialization = ["gaussian", "orthogonal"]
output_scale = 2.0
output_center = "initial"
[training]
momentum = [0.0, 0.5]
batch = [0, 5]
max_steps = 200
[statistics]
checkpoints = 6
kernel_every = 2
also = ["eigenvectors", "infinite", "linearised", "regression", "two_layer", "sharpness", "features", "predictions"]
"""


def test_theory_is_the_same_on_any_number_of_ranks(tmp_path):
    job = tmp_path / "theory.toml"
    job.write_text(THEORY_JOB)
    for ranks in (1, 3):
        result = run("run", job, "-o", tmp_path / f"{ranks}.h5", ranks=ranks)
        assert result.returncode == 0, result.stderr
    assert_same_bits(tmp_path / "1.h5", tmp_path / "3.h5")
    with h5py.File(tmp_path / "1.h5") as file:
        assert (file["linearised_train_loss"][()] > 0).any() and (file["tau_max"][()] > 0).any()


def test_two_threads_give_the_same_bits_by_one_rank_and_by_a_team(tmp_path):
    """Two ranks of one core each work on such a cell together; one rank of two cores does it alone."""
    job = tmp_path / "threads.toml"
    job.write_text("[grid]\nwidth = [64, 256]\nsamples = 200\nstep_size = 0.5\nseed = 2\n"
                   "[training]\nthreads = [1, 2]\nmax_steps = 40\n[statistics]\nspectrum = \"full\"\n")
    for ranks in (1, 2, 4):
        result = run("run", job, "-o", tmp_path / f"{ranks}.h5", ranks=ranks)
        assert result.returncode == 0, result.stderr
    assert_same_bits(tmp_path / "1.h5", tmp_path / "2.h5")
    assert_same_bits(tmp_path / "1.h5", tmp_path / "4.h5")
