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

# The width of each cell: an axis of the grid, or in a list file (grid_layout = "list") one value for each cell.
names <- sapply(file$var[["status"]]$dim, function(dim) dim$name)
values <- as.vector(ncvar_get(file, "width"))
width <- if ("width" %in% names) values[slice.index(end, match("width", names))] else values

table <- aggregate(list(test_loss = as.vector(end)), list(width = width), median, na.rm = TRUE)
table$cells <- aggregate(as.vector(end), list(width), function(x) sum(!is.na(x)))$x
table$diverged <- aggregate(as.vector(status == 3), list(width), sum)$x
cat(ncatt_get(file, 0, "title")$value, "\n")
print(table, row.names = FALSE)

if (length(arguments) > 1) {
  pdf(arguments[2], width = 5, height = 4)
  shown <- is.finite(table$test_loss)
  plot(table$width[shown], table$test_loss[shown], log = "xy", type = "b", xlab = "width", ylab = "test loss, median")
  invisible(dev.off())
}
nc_close(file)
