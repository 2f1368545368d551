#include "stored_job.hpp"

namespace ntksweep {

PreparedJob prepare_stored_job(const ResultReader& file) {
  return prepare(parse_job(file.job_text(), file.job_origin(), file.overrides()));
}

}  // namespace ntksweep
