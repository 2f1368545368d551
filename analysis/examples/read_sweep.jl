# Reads a result file of ntksweep in Julia, and prints the test loss at the end of training against width.
#
#   julia analysis/examples/read_sweep.jl out/quickstart.h5
#
# Needs the package HDF5 (`import Pkg; Pkg.add("HDF5")`). Julia counts dimensions from the one that runs fastest, so a
# variable that is (width, ..., seed, checkpoint) in the file is [checkpoint, seed, ..., width] here.
using HDF5
using Printf
using Statistics

isempty(ARGS) && error("usage: julia read_sweep.jl OUT.h5")

h5open(ARGS[1], "r") do file
    # Read a number only where the status says that the cell has one: 1 converged, 2 stopped at max_steps, 3 diverged.
    status = vec(read(file["status"]))
    loss = read(file["test_loss"])                       # the first dimension is the checkpoint
    last_checkpoint = selectdim(loss, 1, size(loss, 1))  # the last one is always the end of training
    end_loss = vec(collect(last_checkpoint))             # in the order of status

    # The width of each cell: the slowest axis of a grid, or in a list file one value for each cell.
    values = read(file["width"])
    dense = read_attribute(file, "grid_layout") == "dense"
    width = dense ? repeat(values, inner = length(status) ÷ length(values)) : values

    println(read_attribute(file, "title"))
    println("  width    cells  diverged  test loss (median)")
    for m in sort(unique(width))
        here = (width .== m) .& in.(status, Ref((1, 2, 3)))
        numbers = ifelse.(status[here] .== 3, Inf, end_loss[here])
        @printf("%7d  %7d  %8d  %s\n", m, count(here), count(==(3), status[here]),
                isempty(numbers) ? "-" : @sprintf("%.6g", median(numbers)))
    end
end
