import Documents

/// A number that an optimizer may turn.
public struct DesignVariable: Sendable {
  /// What a variable stands for.
  public enum Meaning: Sendable, Hashable {
    /// Numbers of the run, all of which have its value.
    case numbers([RunNumber])
    /// A constant of the run file, by its place there; numbers follow by their expressions.
    case constant(Int)
  }

  public var name: String
  public var meaning: Meaning
  /// The value to start from.
  public var value: Double
  /// Bounds; infinite where there are none.
  public var minimum: Double
  public var maximum: Double
  /// The size of a sensible change: what makes variables of different units comparable.
  public var scale: Double
  /// The name of the group that it belongs to.
  public var group: String?

  /// - Parameter scale: nil stands for ``defaultScale(value:minimum:maximum:)``.
  public init(
    _ name: String, _ meaning: Meaning, value: Double, minimum: Double = -.infinity,
    maximum: Double = .infinity, scale: Double? = nil, group: String? = nil
  ) {
    precondition(minimum <= maximum, "the bounds of \(quoted(name)) are the wrong way round")
    self.name = name
    self.meaning = meaning
    self.value = value
    self.minimum = minimum
    self.maximum = maximum
    self.scale = scale ?? Self.defaultScale(value: value, minimum: minimum, maximum: maximum)
    self.group = group
  }

  /// The magnitude of the start; where that is 0, half the way between the bounds; without both of
  /// them 10⁻³, which suits errors of placement and the coordinates of particles (m, rad).
  public static func defaultScale(value: Double, minimum: Double, maximum: Double) -> Double {
    if value != 0 { return value.magnitude }
    let half = 0.5 * (maximum - minimum)
    return half > 0 && half.isFinite ? half : 1e-3
  }
}
