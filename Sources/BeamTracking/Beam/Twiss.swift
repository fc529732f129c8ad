import AutoDiff
import BeamMaps

/// One of the three pairs of a coordinate and its momentum.
public enum Plane: Int, CaseIterable, Sendable {
  /// The pairs (x, px), (y, py) and (t, pt).
  case x, y, t

  /// The coordinate's index in phase space; its momentum's is the next.
  public var coordinate: Int { 2 * rawValue }
}

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

/// The dependence of the transverse coordinates on the energy: u = −D_u·pt for u in x, px, y, py.
///
/// This is du/d(−pt) = D_δ/β₀, the derivative with respect to −pt and not to the momentum deviation
/// δ.
public struct Dispersion<C: RealScalar>: Sendable {
  /// D_x [m].
  public var x: C
  /// D′_x
  public var px: C
  /// D_y [m].
  public var y: C
  /// D′_y
  public var py: C

  /// The dispersion with these components, `x` and `y` in [m].
  public init(x: C = .zero, px: C = .zero, y: C = .zero, py: C = .zero) {
    self.x = x
    self.px = px
    self.y = y
    self.py = py
  }

  /// The component of coordinate `i` in the order x, px, y, py; 0 for t and pt.
  subscript(i: Int) -> C {
    switch i {
    case 0: x
    case 1: px
    case 2: y
    case 3: py
    default: .zero
    }
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
