#!/usr/bin/env python3
"""The checkers of this folder, tried on small trees with known faults."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from check_gates import missing_tests  # noqa: E402
from check_includes import check_tree  # noqa: E402
from check_sizes import long_files  # noqa: E402


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, name, *lines):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


class Includes(Tree):
    def wrong(self, name, include):
        """The complaints about one file with one include."""
        self.write(name, "#pragma once", include)
        return check_tree(self.root)

    def assert_allowed(self, name, include):
        self.assertEqual(self.wrong(name, include), [])

    def assert_refused(self, name, include, reason):
        lines = self.wrong(name, include)
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith(f"{name}:2: "), lines[0])
        self.assertIn(reason, lines[0])

    def test_a_layer_may_include_the_layers_below(self):
        self.assert_allowed("src/sweep/a.cpp", '#include "ntksweep/nn/network.hpp"')

    def test_a_layer_must_not_include_a_layer_above(self):
        self.assert_refused("include/ntksweep/nn/a.hpp", '#include "ntksweep/ntk/kernel.hpp"', "nn must not see ntk")

    def test_cluster_must_not_see_store(self):
        self.assert_refused("src/cluster/a.cpp", '#include "ntksweep/store/result_file.hpp"', "must not see store")

    def test_store_must_not_see_cluster(self):
        self.assert_refused("src/store/a.cpp", '#  include "ntksweep/cluster/cluster.hpp"', "must not see cluster")

    def test_main_sees_the_command_line_only(self):
        self.assert_refused("src/main.cpp", '#include "ntksweep/core/error.hpp"', "main must not see core")

    def test_mpi_belongs_to_cluster(self):
        self.assert_allowed("src/cluster/a.cpp", "#include <mpi.h>")
        self.assert_refused("src/sweep/a.cpp", "#include <mpi.h>", "belongs to cluster")

    def test_hdf5_belongs_to_store(self):
        self.assert_allowed("src/store/a.cpp", "#include <hdf5_hl.h>")
        self.assert_refused("src/cli/a.cpp", "#include <hdf5.h>", "belongs to store")

    def test_cli11_belongs_to_cli(self):
        self.assert_refused("src/sweep/a.cpp", "#include <CLI/CLI.hpp>", "belongs to cli")

    def test_public_headers_include_the_standard_library_and_eigen_only(self):
        self.assert_allowed("include/ntksweep/nn/a.hpp", "#include <Eigen/Core>")
        self.assert_allowed("include/ntksweep/nn/a.hpp", "#include <string_view>")
        self.assert_refused("include/ntksweep/nn/a.hpp", "#include <fmt/format.h>", "only Eigen")

    def test_a_private_header_is_for_its_own_folder(self):
        self.write("src/cluster/private.hpp", "#pragma once")
        self.assert_allowed("src/cluster/a.cpp", '#include "private.hpp"')
        self.assert_refused("src/cli/b.cpp", '#include "../cluster/private.hpp"', "same folder")

    def test_a_folder_that_is_no_layer_is_named(self):
        self.write("src/extras/a.cpp", "#include <vector>")
        self.assertIn("no layer of this name", check_tree(self.root)[0])

    def test_an_empty_tree_does_not_pass(self):
        self.assertEqual(len(check_tree(self.root)), 1)


class Sizes(Tree):
    def test_250_lines_pass_and_251_do_not(self):
        self.write("src/nn/a.cpp", *["x"] * 250)
        self.write("tests/nn/b.py", *["x"] * 251)
        lines = long_files(self.root, {})
        self.assertEqual(len(lines), 1)
        self.assertIn("tests/nn/b.py: 251 lines", lines[0])

    def test_an_exception_is_accepted_while_it_is_needed(self):
        self.write("src/nn/a.cpp", *["x"] * 251)
        self.assertEqual(long_files(self.root, {"src/nn/a.cpp": "one table"}), [])

    def test_an_exception_without_need_is_named(self):
        self.write("src/nn/a.cpp", "x")
        self.assertIn("without need", long_files(self.root, {"src/nn/a.cpp": "one table"})[0])


class Gates(Tree):
    def complaints(self, name):
        """About a table that names one test, in a tree that has three."""
        self.write("docs/gates.md", f"| a gate | `{name}` |")
        self.write("tests/ntk/test_kernel.cpp", "TEST(Kernel, IsSymmetric) {}")
        self.write("tests/ntk/CMakeLists.txt", "")
        self.write("tests/python/CMakeLists.txt", "foreach(topic autograd linear_models)")
        return missing_tests(self.root)

    def test_tests_that_exist_are_found(self):
        for name in ("ntk.Kernel.IsSymmetric", "python.autograd", "python.linear_models"):
            self.assertEqual(self.complaints(name), [])

    def test_tests_that_do_not_exist_are_named(self):
        for name in ("ntk.Kernel.IsSymmetri", "nn.Kernel.IsSymmetric", "python.linear"):
            self.assertEqual(self.complaints(name), [f"docs/gates.md: no test is called {name}"])

    def test_a_table_without_tests_is_refused(self):
        self.assertEqual(len(self.complaints("nothing")), 1)


if __name__ == "__main__":
    unittest.main()
