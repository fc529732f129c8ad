import AutoDiff
import BeamMaps

/// The ellipse of a beam in one plane, (q, p): ⟨q²⟩ = βε, ⟨qp⟩ = −αε, ⟨p²⟩ = (1 + α²)ε/β.
public struct Twiss<C: RealScalar>: Sendable {
  /// β [m], positive; in the plane t it is that of (t, pt).
  public var beta: C
  /// α
  public var alpha: C
  /// Geometric rms emittance ε [m], without the part due to dispersion.
  public var emittance: C

  /// The ellipse with `beta` [m], `alpha` and `emittance` [m].
  public init(beta: C, alpha: C = .zero, emittance: C) {
    self.beta = beta
    self.alpha = alpha
    self.emittance = emittance
  }
}

extension Twiss: Equatable where C: Equatable {}
extension Twiss: Encodable where C: Encodable {}
extension Twiss: Decodable where C: Decodable {}

extension Twiss: CustomStringConvertible where C: CustomStringConvertible {
  /// "beta = 2.5 m, alpha = -0.3, emittance = 1e-08 m"
  public var description: String {
    "beta = \(beta) m, alpha = \(alpha), emittance = \(emittance) m"
  }
}

/// The rms sizes of a beam in one plane, (q, p).
public struct PlaneSigma<C: RealScalar>: Sendable {
  /// σ of the coordinate [m].
  public var coordinate: C
  /// σ of the momentum, in units of the reference momentum.
  public var momentum: C
  /// ⟨qp⟩/(σ_q σ_p), in [−1, 1].
  public var correlation: C

  /// The sizes of a coordinate [m] and its momentum, with their correlation.
  public init(coordinate: C, momentum: C, correlation: C = .zero) {
    self.coordinate = coordinate
    self.momentum = momentum
    self.correlation = correlation
  }
}

extension RealScalar {
  /// √x; 0 without a derivative where x is not positive (the derivative of the root is infinite at
  /// 0); NaN where x is NaN.
  static func rootOrZero(_ x: Self) -> Self {
    let isNone = x <= zero
    return select(isNone, zero, sqrt(select(isNone, one, x)))
  }
}
