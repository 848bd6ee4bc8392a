/**
 * Returns the probability that two samples of one distribution differ as much as these: the two-sample test of
 * Kolmogorov and Smirnov with its asymptotic distribution, Σ 2 (−1)^(k−1) exp(−2 k² λ²) with λ = D √(nm / (n + m))
 * (N. Smirnov, "Table for estimating the goodness of fit of empirical distributions", Annals of Mathematical Statistics
 * 19, 1948).
 */
export function probabilityOfSame(one: readonly number[], other: readonly number[]): number {
  const distance = largestDistance(one, other)
  const lambda = distance * Math.sqrt((one.length * other.length) / (one.length + other.length))
  // The series does not converge near zero, where the probability is 1.
  if (lambda < 0.2) return 1
  const terms = Array.from({ length: 100 }, (_, index) => index + 1)
  const sum = terms.reduce((before, k) => before + 2 * (-1) ** (k - 1) * Math.exp(-2 * k * k * lambda * lambda), 0)
  return Math.min(1, Math.max(0, sum))
}

/** Returns the largest distance between the distribution functions of two samples. */
function largestDistance(one: readonly number[], other: readonly number[]): number {
  const all = [...one.map((value) => ({ value, step: 1 / one.length })), ...other.map(minus)]
  function minus(value: number) {
    return { value, step: -1 / other.length }
  }
  const steps = Map.groupBy(all, ({ value }) => value)
  let [distance, largest] = [0, 0]
  for (const value of [...steps.keys()].sort((a, b) => a - b)) {
    for (const { step } of steps.get(value)!) distance += step
    largest = Math.max(largest, Math.abs(distance))
  }
  return largest
}
