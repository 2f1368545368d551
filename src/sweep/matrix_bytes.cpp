#include "matrix_bytes.hpp"

#include "ntksweep/core/hash.hpp"

namespace ntksweep {

namespace {

template <class Array>
std::span<const double> numbers_of(const Array& array) {
  return {array.data(), static_cast<std::size_t>(array.size())};
}

void append_hash(std::span<const double> numbers, Index rows, std::vector<std::uint64_t>& parts) {
  parts.push_back(static_cast<std::uint64_t>(rows));
  parts.push_back(static_cast<std::uint64_t>(numbers.size()));
  parts.push_back(hash_values(numbers));
}

}  // namespace

void put_matrix(ByteWriter& bytes, const Matrix& matrix) {
  bytes.put(matrix.rows());
  bytes.put_span(numbers_of(matrix));
}

Matrix get_matrix(ByteReader& bytes) {
  const auto rows = bytes.get<Index>();
  const auto values = bytes.get_vector<double>();
  if (rows == 0) return {};
  return Eigen::Map<const Matrix>(values.data(), rows, static_cast<Index>(values.size()) / rows);
}

void put_parameters(ByteWriter& bytes, const Parameters& parameters) {
  bytes.put(parameters.weights.size());
  for (std::size_t l = 0; l < parameters.weights.size(); ++l) {
    put_matrix(bytes, parameters.weights[l]);
    bytes.put_span(numbers_of(parameters.biases[l]));
  }
}

Parameters get_parameters(ByteReader& bytes) {
  Parameters parameters;
  const auto layers = bytes.get<std::size_t>();
  for (std::size_t l = 0; l < layers; ++l) {
    parameters.weights.push_back(get_matrix(bytes));
    const auto biases = bytes.get_vector<double>();
    parameters.biases.emplace_back(Eigen::Map<const Vector>(biases.data(), static_cast<Index>(biases.size())));
  }
  return parameters;
}

std::uint64_t hash_content(const Parameters& parameters) {
  std::vector<std::uint64_t> parts;
  for (const Matrix& weights : parameters.weights) append_hash(numbers_of(weights), weights.rows(), parts);
  for (const Vector& biases : parameters.biases) append_hash(numbers_of(biases), biases.rows(), parts);
  return hash_values(std::span<const std::uint64_t>(parts));
}

}  // namespace ntksweep
