"""Writes a file of initial weights as somebody else's code would: h5py, NumPy, float32 and nothing else.

    write_parameters.py PATH      3 inputs, 4 hidden neurons with biases, 2 outputs without; entry k of an array is k
"""

import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1], "w") as file:
    file["layer_1/weights"] = np.arange(12, dtype=np.float32).reshape(4, 3)
    file["layer_1/biases"] = np.arange(4, dtype=np.float32)
    file.create_dataset("layer_2/weights", data=np.arange(8.0).reshape(2, 4), compression="gzip")
    file["notes"] = "trained elsewhere"
print("ok")
