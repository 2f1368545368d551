#pragma once

#include "ntksweep/nn/initialization.hpp"

/// The functions behind the table in initialization.cpp, beyond independent draws.
namespace ntksweep::initial {

/// Every weight array semi-orthogonal, its entries of variance sd^2. Biases are Gaussian.
/// The wide limit is that of Gaussian weights (Huang, Du, Xu, IJCAI 2021, arXiv 2004.05867).
Parameters orthogonal(const InitialContext& context);

/// Two equal halves with opposite signs at the output: f_0 = 0 (to the rounding of one sum), and K_0 is that of one
/// half (Chizat, Oyallon, Bach, NeurIPS 2019; Zhang et al. 2020, arXiv 1905.07777).
Parameters symmetric(const InitialContext& context);
void adjust_symmetric(std::vector<LayerRule>& layers, const Architecture& architecture);

/// W_l W_l^T = W_{l+1}^T W_{l+1} (times sigma^2 and the like where model.imbalance is not 1), with the
/// product of the Gaussian draws' weights: A = W_L ... W_1 = U S V^T, split evenly over the layers
/// (Arora, Cohen, Golowich, Hu, ICLR 2019, arXiv 1810.02281).
Parameters balanced(const InitialContext& context);

/// Aligned with the data: Y X^T = U S V^T, W_1 = a_1 R_1 V^T, W_l = a_l R_l R_{l-1}^T, W_L = a_L U R^T,
/// a_l the standard deviations of the rules (Saxe, McClelland, Ganguli, ICLR 2014, arXiv 1312.6120).
Parameters spectral(const InitialContext& context);

/// What the file holds, times the init scales and the imbalance.
Parameters from_file(const InitialContext& context);

}  // namespace ntksweep::initial
