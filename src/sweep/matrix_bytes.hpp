#pragma once

#include <cstdint>

#include "ntksweep/core/bytes.hpp"
#include "ntksweep/nn/network.hpp"

/// Matrices and parameters on the way between ranks, and as an identity.
namespace ntksweep {

void put_matrix(ByteWriter& bytes, const Matrix& matrix);
Matrix get_matrix(ByteReader& bytes);

void put_parameters(ByteWriter& bytes, const Parameters& parameters);
Parameters get_parameters(ByteReader& bytes);

/// Over all shapes and numbers.
std::uint64_t hash_content(const Parameters& parameters);

}  // namespace ntksweep
