import AutoDiff
import BeamMaps

/// The integral of 1/r over a cell: exact along one side, with a series for the mean over the
/// cross-section.
///
/// Along a side, the integral at the distance ρ from its axis is asinh(upper/ρ) − asinh(lower/ρ). In
/// t = ρ²/s − 1, with s the mean of ρ² over the cross-section, it is
/// asinh(upper/√s) − asinh(lower/√s) + Σ (−1)ᵏ Bₖ₋₁ tᵏ/(2k), where
///
///     Bₖ = Σₘ₌₀…ₖ (2m)!/(2ᵐm!)²·(sin ϑ₂ cos²ᵐϑ₂ − sin ϑ₁ cos²ᵐϑ₁),
///     tan ϑ₁ = lower/√s, tan ϑ₂ = upper/√s,
///
/// from d asinh(u/ρ)/dρ² = −u/(2ρ²r), as the coefficients of 1/(1 + t)/r are sums of those of 1/r.
/// The means of tᵏ are convolutions of those along the two sides of the cross-section, which are
/// the same for every mesh up to a scale.
///
/// It converges as (max |ρ² − s|/(s + lower²))ᵏ: the singularities of the two ends at ρ = 0 are
/// equal, and cancel.
struct CrossSectionSeries<T: TableNumber>: Sendable {
  /// The means over δ in −½ … ½ of (2nδ + δ² − 1/12)ʲ/j!, as numbers without derivatives: for each
  /// j, for all n.
  private let moments: [Double]
  /// The number of words from a number to its derivative.
  private let stride: Int

  /// - Parameter size: The largest offsets along the axes.
  init(_ size: MeshSize) {
    let count = max(size.x, size.y, size.z) + 1
    let stride = (count / 16 + 1) * 16
    self.stride = stride
    var moments = [Double](
      repeating: 0, count: (CrossSection.mostTerms + 1) * stride * T.componentCount)
    for n in 0..<count {
      let offset = n < CrossSection.known.count ? CrossSection.known[n] : CrossSection.moments(n)
      for (j, moment) in offset.enumerated() { moments[j * stride * T.componentCount + n] = moment }
    }
    self.moments = moments
  }

  /// Writes (−1)ᵏ/(2k) times the mean of tᵏ for k = 2 … `terms`.
  ///
  /// - Parameters:
  ///   - cells: The cells, in lanes. If the third side is along z, they have the same coefficients.
  ///   - sides: The sides of the cross-section.
  func coefficients(
    _ terms: Int, _ cells: CellColumn<T>, _ sides: CellSides<T>, to row: borrowing GreenRow<T>
  ) {
    let mean = sides.meanSquare(cells)
    let (left, right) = row.powers
    powers(terms, cells, sides.axes.0, sides.squares.0 / mean, to: left)
    powers(terms, cells, sides.axes.1, sides.squares.1 / mean, to: right)
    CrossSection.weights.withUnsafeBufferPointer { weights in
      for k in 2...terms {
        // The first moments are 0.
        var sum = left[k] + right[k]
        for j in Swift.stride(from: 2, through: k - 2, by: 1) { sum = sum + left[j] * right[k - j] }
        (row.coefficients + k).initialize(to: weights[k] * sum)
      }
    }
  }

  /// Moments along an axis, from the second on, times powers of a square.
  @inline(__always)
  private func powers(
    _ terms: Int, _ cells: CellColumn<T>, _ axis: Int, _ square: T.Group,
    to powers: UnsafeMutablePointer<T.Group>
  ) {
    moments.withUnsafeBufferPointer { words in
      guard let words = words.baseAddress else { return }
      var power = square
      for j in 2...terms {
        power = power * square
        let moment = words + (j * stride * T.componentCount + cells.first[axis])
        (powers + j).initialize(
          to: axis == 2
            ? T.Group.load(moment, stride: stride) * power : moment.pointee * power)
      }
    }
  }

  /// The mean over the cross-section of the integral along the third side.
  ///
  /// - Parameters:
  ///   - square: The mean of ρ².
  ///   - lower, upper, length: The ends of the line, and their distance.
  @inline(__always)
  static func mean(
    _ square: T.Group, _ lower: T.Group, _ upper: T.Group, _ length: T.Group, _ terms: Int,
    _ coefficients: UnsafePointer<T.Group>
  ) -> T.Group {
    let near: T.Group = 1.0 / T.Group.sqrt(square + lower * lower)
    let far: T.Group = 1.0 / T.Group.sqrt(square + upper * upper)
    let (nearCosine, farCosine) = (square * near * near, square * far * far)
    var (nearPower, farPower) = (lower * near, upper * far)
    var difference = farPower - nearPower
    var sum = IntegratedGreenFunction.line(lower, upper, length, across: square)
    CrossSection.binomials.withUnsafeBufferPointer { binomials in
      for k in 2...terms {
        (nearPower, farPower) = (nearPower * nearCosine, farPower * farCosine)
        difference = difference + binomials[k - 1] * (farPower - nearPower)
        sum = sum + coefficients[k] * difference
      }
    }
    return sum
  }
}

/// Data of the means over cross-sections that are the same for all meshes.
enum CrossSection {
  /// The highest power of t.
  static let mostTerms = 24
  /// The limits for each number of terms: the ratio of convergence up to which their error, also in
  /// derivatives, is below 3e-13; and the largest t. Powers of t amplify roundings, by a factor
  /// that is divided by some 2k² in the mean.
  static let convergence = (0...mostTerms).map { k -> (ratio: Double, growth: Double) in
    let error = 1e-13 * Double(k + 2)
    return (
      Double.exp(Double.log(error) / Double(k + 1)), Double.exp(Double.log(1e4) / Double(max(k, 1)))
    )
  }
  /// (−1)ᵏ(k − 1)!/2.
  static let weights = {
    var weights = [0.0, -0.5]
    for k in 2...mostTerms { weights.append(-Double(k - 1) * weights[k - 1]) }
    return weights
  }()
  /// (2m)!/(2ᵐm!)²: the coefficients of (1 − x)^−½.
  static let binomials = {
    var numbers = [1.0]
    for m in 1..<mostTerms { numbers.append(numbers[m - 1] * (1 - 0.5 / Double(m))) }
    return numbers
  }()
  /// ``moments(_:)`` of the first offsets.
  static let known = (0...128).map(moments)
  /// They are exact for polynomials of degree 49.
  private static let points = GaussLegendre.points(25)

  /// The means over δ in −½ … ½ of (2nδ + δ² − 1/12)ʲ/j! for j = 0 … ``mostTerms``.
  static func moments(_ n: Int) -> [Double] {
    var moments = [Double](repeating: 0, count: mostTerms + 1)
    for (place, weight) in points {
      let offset = place - 0.5
      let value = offset * (Double(2 * n) + offset) - 1.0 / 12
      var power = weight
      for j in 0...mostTerms {
        moments[j] += power
        power *= value / Double(j + 1)
      }
    }
    return moments
  }
}

/// Cells in lanes along z.
struct CellColumn<T: TableNumber> {
  /// The first cell's offset.
  let first: InlineArray<3, Int>
  let offset: InlineArray<3, T.Group>

  init(_ x: Int, _ y: Int, _ z: Int, _ offsets: T.Group) {
    first = [x, y, z]
    offset = [T.Group(Double(x)), T.Group(Double(y)), offsets]
  }
}

/// Two sides of cells [m].
struct CellSides<T: TableNumber>: Sendable {
  let axes: (Int, Int)
  let squares: (T.Group, T.Group)
  let area: T.Group

  init(_ sides: InlineArray<3, T.Group>, _ a: Int, _ b: Int) {
    axes = (a, b)
    squares = (sides[a] * sides[a], sides[b] * sides[b])
    area = sides[a] * sides[b]
  }

  /// The mean over cells of the square of the distance from the axis perpendicular to these sides.
  @inline(__always)
  func meanSquare(_ cells: CellColumn<T>) -> T.Group {
    func mean(_ axis: Int, _ square: T.Group) -> T.Group {
      (cells.offset[axis] * cells.offset[axis] + 1.0 / 12) * square
    }
    return mean(axes.0, squares.0) + mean(axes.1, squares.1)
  }
}
