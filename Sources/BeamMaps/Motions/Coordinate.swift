import AutoDiff
import LinearAlgebra

/// One of the six coordinates of a particle, in the order in which arrays and matrices hold them.
public enum Coordinate: Int, CaseIterable, Codable, Sendable {
  /// Horizontal offset [m].
  case x
  /// Horizontal momentum over the reference momentum.
  case px
  /// Vertical offset [m].
  case y
  /// Vertical momentum over the reference momentum.
  case py
  /// c·(time of flight − the reference's) [m].
  case t
  /// −(γ − γ₀)/(β₀γ₀)
  case pt
}

extension Coordinate: CustomStringConvertible {
  /// The name in files: "x", "px", …
  public var description: String { PhaseSpace<Double>.names[rawValue] }
}

extension PhaseSpace {
  /// The coordinate `c`.
  @inlinable
  public subscript(c: Coordinate) -> S {
    get { self[c.rawValue] }
    set { self[c.rawValue] = newValue }
  }
}

extension PhaseSpace: CustomStringConvertible where S: CustomStringConvertible {
  /// "(x: 0.001, px: 0.0, …)"
  public var description: String {
    let parts = Coordinate.allCases.map { "\($0): \(self[$0])" }
    return "(" + parts.joined(separator: ", ") + ")"
  }
}

extension InlineArray where count == 6 {
  /// The number that belongs to the coordinate `c`, of a mean for example.
  @inlinable
  public subscript(c: Coordinate) -> Element where Element: Copyable {
    get { self[c.rawValue] }
    set { self[c.rawValue] = newValue }
  }
}

extension Matrix6 {
  /// The entry of the row of `a` and the column of `b`: of a covariance, ⟨ab⟩; of a transfer matrix,
  /// ∂a/∂b.
  @inlinable
  public subscript(a: Coordinate, b: Coordinate) -> S {
    get { self[a.rawValue, b.rawValue] }
    set { self[a.rawValue, b.rawValue] = newValue }
  }
}
