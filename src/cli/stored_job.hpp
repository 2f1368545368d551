#pragma once

#include "ntksweep/store/result_file.hpp"
#include "prepared_job.hpp"

namespace ntksweep {

/// The job that a result file was made from, prepared again.
PreparedJob prepare_stored_job(const ResultReader& file);

}  // namespace ntksweep
