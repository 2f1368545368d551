"""Two-layer linear networks (Xu et al., AISTATS 2023 and TMLR 2025) and the risks of double descent, from the formulas.

X: r x r after its singular value decomposition, W_1: r x h, W_2: h x C, loss 1/2 |Y - X W_1 W_2|_F^2.
"""

import math

import numpy as np

from reference_kernels import with_derivative

C1, C2 = 0.5, 1.5


def positive_root(coefficients):
    roots = np.roots(coefficients)
    real = roots[np.abs(roots.imag) < 1e-12 * np.abs(roots)].real
    return min(real[real > 0])


def eigenvalue(matrix, position):
    """The position-th largest, from 1; 0 beyond the size."""
    values = np.linalg.eigvalsh(matrix)[::-1]
    return values[position - 1] if position <= len(values) else 0.0


class TwoLayer:
    def __init__(self, x, y, w1, w2, s1, s2, rate, alpha, centre):
        """x: n x d, y: n x C, w1: h x d, w2: C x h as the network has them; centre: f_0 or 0, n x C."""
        self.n, self.rate, self.alpha = len(x), rate, alpha
        u, s, vt = np.linalg.svd(s1 * s2 * x, full_matrices=False)
        keep = s > max(x.shape) * np.finfo(float).eps * s[0]
        self.singular, self.seen = s[keep], vt[keep]
        target = y / alpha + centre
        self.y = u[:, keep].T @ target
        self.unreachable = (np.linalg.norm(target) ** 2 - np.linalg.norm(self.y) ** 2) / 2
        self.largest, self.smallest = self.singular[0], self.singular[-1]
        self.smoothness, self.mu = self.largest ** 2, self.smallest ** 2
        self.kappa = self.smoothness / self.mu
        self.start(*self.weights(w1, w2))

    def weights(self, w1, w2):
        return self.seen @ w1.T, w2.T

    def start(self, w1, w2):
        inputs, outputs = len(w1), w2.shape[1]
        error = np.linalg.norm(self.y - self.singular[:, None] * (w1 @ w2))
        norm = np.linalg.norm(self.y)
        singular = np.linalg.svd(self.y, compute_uv=False)
        self.target_norm, self.target_rank = norm, (singular > 1e-12 * singular[0]).sum()
        self.p1 = max(singular[min(inputs, outputs) - 1] - error, 0) / self.largest
        self.p2 = (norm + error) / self.smallest
        d = w1.T @ w1 - w2 @ w2.T
        plus, minus = max(eigenvalue(d, 1), 0), max(eigenvalue(-d, 1), 0)
        first, second = max(eigenvalue(d, inputs), 0), max(eigenvalue(-d, outputs), 0)
        # b = lambda_min(W_2^T W_2) has (b - second)(b + plus) >= s_C(W_1 W_2)^2, which the margin bounds only where
        # the product has C singular values; a = lambda_min(W_1 W_1^T) likewise with its r-th.
        of_second = self.p1 if outputs <= inputs else 0
        of_first = self.p1 if inputs <= outputs else 0
        self.alpha0 = ((second - plus + math.hypot(plus + second, 2 * of_second)) / 2
                       + (first - minus + math.hypot(minus + first, 2 * of_first)) / 2)
        self.beta0 = (plus + math.hypot(plus, 2 * self.p2) + minus + math.hypot(minus, 2 * self.p2)) / 2
        self.loss0 = error ** 2 / 2
        self.eta_max = self.largest_step()

    def loss(self, ours):
        return self.n * ours / self.alpha ** 2 - self.unreachable

    def our_loss(self, theirs):
        return (theirs + self.unreachable) * self.alpha ** 2 / self.n

    def our_step(self, eta):
        return eta * self.n / self.rate

    def coefficients(self, loss):
        k, mu = self.kappa, self.mu
        return (2 * C1 * self.alpha0 * mu,
                2 * math.sqrt(2 * k * loss * mu ** 3) * self.p2 + k * mu ** 2 * (C2 * self.beta0) ** 2,
                2 * math.sqrt(2 * k ** 3 * loss * mu ** 5) * C2 * self.beta0 * self.p2,
                2 * k ** 2 * mu ** 3 * self.p2 ** 2 * loss)

    def largest_step(self):
        a1, a2, a3, a4 = self.coefficients(self.loss0)
        if a1 <= 0:
            return 0.0
        more = (4 * C2 * self.loss0 * self.smoothness / (C2 - 1),
                8 * C2 * self.beta0 * self.loss0 * self.smoothness / ((1 - C1) * self.alpha0))
        scale = a1 / (a2 + max(more))
        return scale * min(positive_root([a4 * scale ** 3, a3 * scale ** 2, (a2 + b) * scale, -a1]) for b in more)

    def contraction(self, eta, loss):
        a1, a2, a3, a4 = self.coefficients(loss)
        return 1 - a1 * eta + a2 * eta ** 2 + a3 * eta ** 3 + a4 * eta ** 4

    def best_step(self, loss):
        a1, a2, a3, a4 = self.coefficients(loss)
        scale = a1 / a2
        best = scale * positive_root([4 * a4 * scale ** 3, 3 * a3 * scale ** 2, 2 * a2 * scale, -a1])
        return min(best, self.eta_max)

    def arora_step(self):
        return self.p1 ** 3 / (6144 * 8 * self.target_norm ** 4)

    def du_step(self, tolerance):
        """The first one, for reaching our loss `tolerance`."""
        target = self.n * tolerance / self.alpha ** 2
        return math.sqrt(target / self.target_rank) / (100 * self.target_norm ** 1.5)

    def imbalance_change_bound(self, eta):
        return 2 * C2 * self.beta0 * self.smoothness * self.loss0 * eta ** 2 / (1 - self.contraction(eta, self.loss0))

    def local(self, w1, w2, loss):
        """mu_t and the coefficients k_0, k_1, k_2 of K_t = k_0 + k_1 eta + k_2 eta^2."""
        low, high = self.tau(w1, w2)
        k, root = self.smoothness, math.sqrt(2 * self.smoothness * loss)
        product = np.linalg.svd(w1 @ w2, compute_uv=False)[0]
        return self.mu * low, (k * high + root, 3 * k * high * root, 6 * k ** 2 * product * loss)

    def local_step(self, w1, w2, loss):
        """The eta with eta K_t(eta) = 1."""
        _, (k0, k1, k2) = self.local(w1, w2, loss)
        return positive_root([k2 / k0 ** 3, k1 / k0 ** 2, 1, -1]) / k0

    def local_rate(self, w1, w2, loss, eta):
        mu, (k0, k1, k2) = self.local(w1, w2, loss)
        smoothness = k0 + k1 * eta + k2 * eta ** 2
        return 1 - 2 * mu * eta + mu * smoothness * eta ** 2 if eta * smoothness < 2 else math.nan

    @staticmethod
    def tau(w1, w2):
        first, second = np.linalg.eigvalsh(w1 @ w1.T), np.linalg.eigvalsh(w2.T @ w2)
        return first[0] + second[0], first[-1] + second[-1]


def least_squares_risk(n, p, signal, noise):
    if p <= n - 2:
        return noise * p / (n - p - 1)
    return signal * (1 - n / p) + noise * n / (p - n - 1) if p >= n + 2 else math.inf


def least_squares_limit(gamma, signal, noise):
    return noise * gamma / (1 - gamma) if gamma < 1 else signal * (1 - 1 / gamma) + noise / (gamma - 1)


def ridgeless_random_features(d, width, n, signal, noise, activation, leak, sigma):
    """Mei and Montanari 2022, theorem 3: the limit of no ridge in closed form."""
    h = 1e-4
    z = (np.arange(-100000, 100000) + 0.5) * h
    weight = h * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    phi = with_derivative(activation, leak)[0](sigma * z)
    mean, linear = weight @ phi, weight @ (z * phi)
    zeta2 = linear ** 2 / (weight @ phi ** 2 - mean ** 2 - linear ** 2)
    p1, p2 = width / d, n / d
    p = min(p1, p2)
    b = p * zeta2 - zeta2 - 1
    chi = -(math.sqrt(b ** 2 + 4 * zeta2 * p) + b) / (2 * zeta2)
    e0 = (-chi ** 5 * zeta2 ** 3 + 3 * chi ** 4 * zeta2 ** 2 + (p1 * p2 - p2 - p1 + 1) * chi ** 3 * zeta2 ** 3
          - 2 * chi ** 3 * zeta2 ** 2 - 3 * chi ** 3 * zeta2 + (p1 + p2 - 3 * p1 * p2 + 1) * chi ** 2 * zeta2 ** 2
          + 2 * chi ** 2 * zeta2 + chi ** 2 + 3 * p1 * p2 * chi * zeta2 - p1 * p2)
    e1 = p2 * chi ** 3 * zeta2 ** 2 - p2 * chi ** 2 * zeta2 + p1 * p2 * chi * zeta2 - p1 * p2
    e2 = (chi ** 5 * zeta2 ** 3 - 3 * chi ** 4 * zeta2 ** 2 + (p1 - 1) * chi ** 3 * zeta2 ** 3
          + 2 * chi ** 3 * zeta2 ** 2 + 3 * chi ** 3 * zeta2 + (-p1 - 1) * chi ** 2 * zeta2 ** 2
          - 2 * chi ** 2 * zeta2 - chi ** 2)
    return signal * e1 / e0 + noise * e2 / e0
