import AutoDiff

/// An image on a screen that a beam's density is compared with.
public struct ScreenImage: Sendable {
  /// How density and image are compared.
  public enum Comparison: String, Sendable, CaseIterable {
    /// Σ(density − image)² over the cells.
    case squares
    /// −Σ image·ln(density + floor): the negative logarithm of the likelihood of the image's counts, per
    /// count. The floor, 10⁻⁹ over the number of cells, keeps cells that the beam misses finite.
    case likelihood
  }

  public let screen: Screen
  /// The share of the image in each cell, the first axis fastest; they sum to 1.
  public let shares: [Double]
  public var comparison: Comparison
  /// The file that it was read from, if there is one.
  public var source: String?

  /// - Parameter image: Intensities, not negative, in any unit; they are divided by their sum.
  public init(_ image: [Double], on screen: Screen, comparison: Comparison = .squares) {
    let sum = image.reduce(0, +)
    precondition(image.count == screen.cellCount, "an image has a number for each cell")
    precondition(sum > 0 && sum.isFinite, "an image shows something")
    self.screen = screen
    self.comparison = comparison
    shares = image.map { $0 / sum }
  }

  /// How far a density is from the image.
  public func distance<S: RealScalar>(of density: [S]) -> S {
    let floor = 1e-9 / Double(shares.count)
    var sum = S.zero
    for (cell, share) in zip(density, shares) {
      switch comparison {
      case .squares: sum += (cell - share).squared
      case .likelihood where share > 0: sum -= share * S.log(cell + floor)
      case .likelihood: break
      }
    }
    return sum
  }
}
