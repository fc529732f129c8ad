import AutoDiff
import BeamMaps

/// One of the three pairs of a coordinate and its momentum.
public enum Plane: Int, CaseIterable, Sendable {
  case x, y, t

  /// The coordinate's number in phase space; its momentum's is the next.
  public var coordinate: Int { 2 * rawValue }
}

/// The ellipse of a beam in one plane, (q, p): ⟨q²⟩ = βε, ⟨qp⟩ = −αε, ⟨p²⟩ = (1 + α²)ε/β.
public struct Twiss<C: RealScalar>: Sendable {
  /// β [m], positive; in the plane of t it belongs to (t, pt).
  public var beta: C
  /// α
  public var alpha: C
  /// Geometric rms emittance ε [m], without the share of dispersion.
  public var emittance: C

  public init(beta: C, alpha: C = .zero, emittance: C) {
    self.beta = beta
    self.alpha = alpha
    self.emittance = emittance
  }
}

extension Twiss: Equatable where C: Equatable {}

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
  /// σ of the momentum.
  public var momentum: C
  /// ⟨qp⟩/(σ_q σ_p), in [−1, 1].
  public var correlation: C

  public init(coordinate: C, momentum: C, correlation: C = .zero) {
    self.coordinate = coordinate
    self.momentum = momentum
    self.correlation = correlation
  }
}

/// How the transverse coordinates follow the energy: u = −D_u·pt for u in x, px, y, py.
///
/// This is du/d(−pt) = D_δ/β₀, the derivative to −pt and not to the momentum deviation δ.
public struct Dispersion<C: RealScalar>: Sendable {
  /// D_x [m].
  public var x: C
  /// D′_x
  public var px: C
  /// D_y [m].
  public var y: C
  /// D′_y
  public var py: C

  public init(x: C = .zero, px: C = .zero, y: C = .zero, py: C = .zero) {
    self.x = x
    self.px = px
    self.y = y
    self.py = py
  }

  /// Of coordinate `i` in the order x, px, y, py; 0 for t and pt.
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
  /// √x; where x is not positive, 0 without a derivative (that of the root is infinite there). Of what
  /// is no number, no number.
  static func rootOrZero(_ x: Self) -> Self {
    let isNone = x <= zero
    return select(isNone, zero, sqrt(select(isNone, one, x)))
  }
}
