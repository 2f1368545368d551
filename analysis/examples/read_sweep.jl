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

    # An axis in each cell: a dimension of a grid, the first one slowest; or in a list file one value for each cell.
    names = String.(split(read_attribute(file, "cell_axes")))
    dense = read_attribute(file, "grid_layout") == "dense"
    shape = size(read(file["status"]))
    function of_cells(name)
        values = read(file[name])
        place = length(names) - findfirst(==(name), names) + 1
        return dense ? [values[index[place]] for index in vec(CartesianIndices(shape))] : values
    end

    # A row for each width, and for each combination of the other axes but the seeds (train, step_size, ...).
    width = of_cells("width")
    columns = [of_cells(name) for name in names if name != "width" && !occursin("seed", name)]
    others = [column for column in columns if length(unique(column)) > 1]
    model = [join([column[cell] for column in others], ", ") for cell in eachindex(width)]

    println(read_attribute(file, "title"))
    println("  width    cells  diverged  test loss (median)")
    for one in unique(model), m in sort(unique(width[model .== one]))
        here = (model .== one) .& (width .== m) .& in.(status, Ref((1, 2, 3)))
        numbers = ifelse.(status[here] .== 3, Inf, end_loss[here])
        @printf("%7d  %7d  %8d  %-12s  %s\n", m, count(here), count(==(3), status[here]),
                isempty(numbers) ? "-" : @sprintf("%.6g", median(numbers)), one)
    end
end
