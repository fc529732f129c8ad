import AutoDiff
import BeamMaps
import SystemLibrary

extension Distribution {
  /// What is wrong with the mean or the covariance of the points; nil if they are 0 and the unit
  /// matrix, as far as so many random points show it.
  ///
  /// It is for distributions of one's own: with another covariance, beams have not the sizes that were
  /// asked for. Run files that name such a distribution are refused. A mean or a covariance is wrong
  /// if it errs by more than 0.02 and six of its standard errors, which follow from the points: right
  /// distributions are refused in one of 10⁷ cases. A coordinate that is 0 in all points has no
  /// extent, and need not have a variance.
  ///
  /// Before one asks a ``SizedDistribution``, it has to be ``SizedDistribution/sized(for:charge:)``.
  public func mistakeOfUnitCovariance(points count: Int = 16_384) -> String? {
    require(count > 1, "a covariance needs several points")
    let names = PhaseSpace<Double>.names
    let source = UniformSource(seed: 1, count: Self.uniformCount, isQuiet: false)
    var uniforms = [Double](repeating: 0, count: Self.uniformCount)
    var mean = [Double](repeating: 0, count: 6)
    var product = [Double](repeating: 0, count: 36)
    var square = [Double](repeating: 0, count: 36)
    let share = 1 / Double(count)
    for number in 0..<count {
      var numbers = uniforms.mutableSpan
      source.fill(&numbers, particle: number)
      let z = point(uniforms.span)
      for i in 0..<6 {
        guard z[i].isFinite else { return "\(names[i]) of a point is not a finite number" }
        mean[i] += share * z[i]
        for j in 0...i {
          let both = z[i] * z[j]
          product[6 * i + j] += share * both
          square[6 * i + j] += share * both * both
        }
      }
    }
    var worst = (excess: 1.0, mistake: String?.none)
    func note(_ error: Double, standardError: Double, _ mistake: @autoclosure () -> String) {
      let excess = error.magnitude / (0.02 + 6 * standardError)
      if excess > worst.excess { worst = (excess, mistake()) }
    }
    for i in 0..<6 where product[7 * i] > 0 {
      note(
        mean[i], standardError: (share * product[7 * i]).squareRoot(),
        "the mean of \(names[i]) is \(mean[i]), and not 0")
      for j in 0...i where product[7 * j] > 0 {
        let value = product[6 * i + j]
        let error = (share * max(square[6 * i + j] - value * value, 0)).squareRoot()
        note(
          value - (i == j ? 1 : 0), standardError: error,
          i == j
            ? "the variance of \(names[i]) is \(value), and not 1"
            : "the covariance of \(names[j]) and \(names[i]) is \(value), and not 0")
      }
    }
    return worst.mistake
  }
}
