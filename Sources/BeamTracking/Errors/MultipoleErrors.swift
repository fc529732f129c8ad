/// Multipole errors of magnets.
///
/// With a reference, an error bₙ is the field of the multipole n, relative to that of the main
/// multipole N, at the reference radius R: ΔKₙ = bₙ·K_N·(n!/N!)·R^(N − n), where the field is
/// B_y + iB_x ∝ Σ Kₙ(x + iy)ⁿ/n!, for skew errors too. (The MAD-X Program, User's Reference Manual,
/// command EFCOMP: DKNR, DKSR, RADIUS, ORDER.) Without one they are ΔKₙ themselves, in the units of
/// the element's own lists.
public struct MultipoleErrors: Sendable, Equatable {
  /// The main multipole and the radius that errors refer to.
  public struct Reference: Sendable, Equatable {
    /// R [m].
    public var radius: Double
    /// N: 0 for a dipole, 1 for a quadrupole.
    public var order: Int

    /// The multipole of this order, at a radius [m].
    public init(radius: Double, order: Int) {
      self.radius = radius
      self.order = order
    }

    /// (n!/N!)·R^(N − n)
    func factor(toMultipole n: Int) -> Double {
      var factor = 1.0
      for m in 0..<max(n, order) where m >= min(n, order) {
        factor *= n > order ? Double(m + 1) / radius : radius / Double(m + 1)
      }
      return factor
    }
  }

  /// Normal errors from n = 0.
  public var normal: [Double]
  /// Skew errors from n = 0.
  public var skew: [Double]
  /// What they are relative to; nil if they are absolute.
  public var reference: Reference?

  /// Errors from n = 0, relative to the main field if there is a reference.
  public init(normal: [Double] = [], skew: [Double] = [], of reference: Reference? = nil) {
    self.normal = normal
    self.skew = skew
    self.reference = reference
  }
}
