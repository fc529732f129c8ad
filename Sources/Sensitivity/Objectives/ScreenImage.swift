import AutoDiff
import SystemLibrary

/// An image on a screen, for comparison with a beam's density.
public struct ScreenImage: Sendable {
  /// The measure of the difference between density and image.
  public enum Comparison: String, Sendable, CaseIterable {
    /// Σ(density − image)² over the cells.
    case squares
    /// −Σ image·ln(density + floor): the negative log-likelihood of the image's counts, per count.
    /// The floor, 10⁻⁹ over the number of cells, keeps empty cells finite.
    case likelihood
  }

  /// The screen.
  public let screen: Screen
  /// The fraction of the image's intensity in each cell, with the first axis fastest; the sum is 1.
  public let fractions: [Double]
  /// The measure of the difference.
  public var comparison: Comparison
  /// The file from which it was read, if there is one.
  public var source: String?

  /// - Parameters:
  ///   - image: Intensities of all cells, not negative, in any unit; they are divided by their sum.
  ///   - screen: The screen.
  ///   - comparison: How a density is compared with the image.
  public init(_ image: [Double], on screen: Screen, comparison: Comparison = .squares) {
    let sum = image.reduce(0, +)
    require(image.count == screen.cellCount, "an image has a number for each cell")
    require(sum > 0 && sum.isFinite, "an image has a positive, finite sum")
    self.screen = screen
    self.comparison = comparison
    fractions = image.map { $0 / sum }
  }

  /// The difference of a density from the image, by ``comparison``.
  public func distance<S: RealScalar>(of density: [S]) -> S {
    let floor = 1e-9 / Double(fractions.count)
    var sum = S.zero
    for (cell, share) in zip(density, fractions) {
      switch comparison {
      case .squares: sum += (cell - share).squared
      case .likelihood where share > 0: sum -= share * S.log(cell + floor)
      case .likelihood: break
      }
    }
    return sum
  }
}
