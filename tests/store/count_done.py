"""Prints how many cells of a result file have a status; stock h5py, nothing else."""

import sys

import h5py

with h5py.File(sys.argv[1], "r") as file:
    print(int((file["status"][()] != 0).sum()))
