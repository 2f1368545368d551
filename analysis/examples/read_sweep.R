# Reads a result file of ntksweep in R, and draws the test loss at the end of training against width.
#
#   Rscript analysis/examples/read_sweep.R out/quickstart.h5 [test_loss.pdf]
#
# Needs the package ncdf4: a result file is a netCDF-4 file. R counts dimensions from the one that runs fastest, so a
# variable that is (width, ..., seed, checkpoint) in the file is [checkpoint, seed, ..., width] here.
library(ncdf4)

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) < 1) stop("usage: Rscript read_sweep.R OUT.h5 [FIGURE.pdf]")
file <- nc_open(arguments[1])

# Read a number only where the status says that the cell has one: 1 converged, 2 stopped at max_steps, 3 diverged.
status <- ncvar_get(file, "status", collapse_degen = FALSE)
loss <- ncvar_get(file, "test_loss", collapse_degen = FALSE)  # the first dimension is the checkpoint
checkpoints <- dim(loss)[1]
at_end <- slice.index(loss, 1) == checkpoints                 # the last checkpoint is always the end of training
end <- array(loss[at_end], dim = dim(loss)[-1])               # now of the shape of status
end[!(status %in% c(1, 2, 3))] <- NA
end[status == 3] <- Inf

# An axis in each cell: a dimension of the grid, or in a list file (grid_layout = "list") one value for each cell.
dims <- sapply(file$var[["status"]]$dim, function(dim) dim$name)
of_cells <- function(axis) {
  values <- as.vector(ncvar_get(file, axis))
  if (axis %in% dims) values[slice.index(end, match(axis, dims))] else values
}

# A row for each width, and for each combination of the other axes but the seeds (train, step_size, ...).
axes <- strsplit(ncatt_get(file, 0, "cell_axes")$value, " ")[[1]]
cells <- sapply(axes, of_cells, simplify = FALSE)
models <- axes[axes != "width" & !grepl("seed", axes) & sapply(cells, function(values) length(unique(values)) > 1)]
by <- cells[c("width", models)]
table <- aggregate(list(test_loss = as.vector(end)), by, median, na.rm = TRUE)
table$cells <- aggregate(as.vector(end), by, function(x) sum(!is.na(x)))$x
table$diverged <- aggregate(as.vector(status == 3), by, sum)$x
cat(ncatt_get(file, 0, "title")$value, "\n")
print(table, row.names = FALSE)

if (length(arguments) > 1) {
  pdf(arguments[2], width = 5, height = 4)
  shown <- table[is.finite(table$test_loss), ]
  plot(shown$width, shown$test_loss, log = "xy", type = "n", xlab = "width", ylab = "test loss, median")
  name <- do.call(paste, c(list(rep("", nrow(shown))), shown[models]))
  for (model in split(shown, name)) lines(model$width, model$test_loss, type = "b")
  invisible(dev.off())
}
nc_close(file)
