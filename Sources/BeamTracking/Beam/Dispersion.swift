import AutoDiff

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
