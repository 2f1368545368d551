#include "ntksweep/nn/thin_svd.hpp"

#include <Eigen/SVD>

namespace ntksweep {

ThinSvd thin_svd(const Matrix& a) {
  const Eigen::BDCSVD<Matrix> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  return {svd.matrixU(), svd.singularValues(), svd.matrixV()};
}

Vector singular_values(const Matrix& a) { return Eigen::BDCSVD<Matrix>(a).singularValues(); }

}  // namespace ntksweep
