import AutoDiff

/// The shape of a macro-particle on a mesh: a B-spline of order 1, 2 or 3, which spreads its charge
/// over 2, 3 or 4 nodes along each axis.
public enum ParticleShape: Int, Sendable, CaseIterable {
  /// Cloud in cell. Fields have kinks where particles change cells.
  case linear = 1
  /// Triangular-shaped cloud.
  case quadratic = 2
  /// Piecewise cubic; twice continuously differentiable, as second derivatives want it.
  case cubic = 3

  /// The name in run files.
  public var name: String {
    switch self {
    case .linear: "linear"
    case .quadratic: "quadratic"
    case .cubic: "cubic"
    }
  }

  /// The shape of this name.
  public init?(named name: String) {
    guard let shape = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = shape
  }

  /// How many nodes a particle touches along an axis.
  package var nodeCount: Int { rawValue + 1 }

  /// The rows that a particle feels in plane `k` of those it feels, from 0: in the outer planes, whose
  /// nodes have a difference along z and no share, the outer rows have neither.
  @inline(__always)
  package func rows(ofPlane k: Int) -> Range<Int> {
    let last = nodeCount + 1
    return k == 0 || k == last ? 1..<last : 0..<last + 1
  }

  /// The first node that a particle at `u` (in cells from node 0) touches.
  @inline(__always)
  package func firstNode(_ u: Double) -> Int {
    switch self {
    case .linear: Int(u)
    case .quadratic: Int(u + 0.5) - 1
    case .cubic: Int(u) - 1
    }
  }

  /// How far from a mesh's edge, in cells, a particle must be so that fields can be gathered at it.
  package var margin: Double {
    switch self {
    case .linear: 1
    case .quadratic: 1.5
    case .cubic: 2
    }
  }
}

/// The shares of a particle's charge on the nodes that it touches along one axis, with their
/// derivatives by its position in cells.
///
/// C. de Boor, A Practical Guide to Splines (1978): cardinal B-splines. The shares add up to 1.
struct SplineWeights<C: RealScalar> {
  /// Of four nodes from the first; zero beyond the shape's.
  var value: (C, C, C, C)
  /// d(value)/du.
  var slope: (C, C, C, C)

  /// At `u` cells from node 0, with the first node that the shape touches.
  @inline(__always)
  init(_ shape: ParticleShape, _ u: C, first: Int) {
    switch shape {
    case .linear:
      let f = u - Double(first)
      value = (1.0 - f, f, .zero, .zero)
      slope = (C(-1.0), C(1.0), .zero, .zero)
    case .quadratic:
      let f = u - Double(first + 1)
      let (left, right) = (0.5 - f, 0.5 + f)
      value = (0.5 * (left * left), 0.75 - f * f, 0.5 * (right * right), .zero)
      slope = (-left, -2.0 * f, right, .zero)
    case .cubic:
      let f = u - Double(first + 1)
      let g = 1.0 - f
      let (ff, gg) = (f * f, g * g)
      value = (
        (1.0 / 6) * (gg * g), 2.0 / 3 - ff * (1.0 - 0.5 * f), 2.0 / 3 - gg * (1.0 - 0.5 * g),
        (1.0 / 6) * (ff * f)
      )
      slope = (-0.5 * gg, 1.5 * ff - 2.0 * f, 2.0 * g - 1.5 * gg, 0.5 * ff)
    }
  }
}

/// The weights with which one particle touches or feels the nodes around it, axis after axis.
///
/// They lie in memory, so that some are read one by one and others four at a time.
struct StencilWeights<C: MeshNumber>: ~Copyable {
  /// What a weight belongs to.
  enum Kind: Int {
    /// The shares of the nodes.
    case value
    /// Half the difference of what is at the node before and at the node after.
    case difference
    /// d(value)/du
    case slope
    /// d(difference)/du
    case differenceSlope
  }

  private let words: UnsafeMutablePointer<C.Word>
  /// Words from a weight to its derivative: three axes, four kinds, eight nodes.
  @inline(__always) private static var stride: Int { 96 }

  init() {
    words = .allocate(capacity: Self.stride * C.componentCount)
    words.update(repeating: 0, count: Self.stride * C.componentCount)
  }

  deinit { words.deallocate() }

  @inline(__always)
  private func address(_ kind: Kind, _ axis: Int) -> UnsafeMutablePointer<C.Word> {
    words + (32 &* axis &+ 8 &* kind.rawValue)
  }

  /// The weight of a node.
  @inline(__always)
  func number(_ kind: Kind, _ axis: Int, _ node: Int) -> C {
    C.load(address(kind, axis) + node, stride: Self.stride)
  }

  /// The weights of four nodes.
  @inline(__always)
  func row(_ kind: Kind, _ axis: Int, from node: Int = 0) -> C.Row {
    C.Row.load(address(kind, axis) + node, stride: Self.stride)
  }

  @inline(__always)
  private func store(_ number: C, _ kind: Kind, _ axis: Int, _ node: Int) {
    number.store(to: address(kind, axis) + node, stride: Self.stride)
  }

  /// Along z, one node with the share 1 wherever the particle is.
  func setOnePlane() { store(C(1.0), .value, 2, 0) }

  /// Along z, one node with these weights.
  @inline(__always)
  func setPlane(value: C, difference: C, slope: C, differenceSlope: C) {
    store(value, .value, 2, 0)
    store(difference, .difference, 2, 0)
    store(slope, .slope, 2, 0)
    store(differenceSlope, .differenceSlope, 2, 0)
  }

  /// Values and slopes of the nodes that a shape touches, from its first.
  @inline(__always)
  func setShares(_ shape: ParticleShape, _ axis: Int, _ u: C, first: Int) {
    let shares = SplineWeights(shape, u, first: first)
    setNodes(shares.value, .value, axis, at: 0)
    setNodes(shares.slope, .slope, axis, at: 0)
  }

  /// All weights of the nodes that a particle feels: those that it touches and one more on either
  /// side, from first − 1.
  ///
  /// Σ w_k (φ_{k−1} − φ_{k+1})/2 = Σ φ_i (w_{i+1} − w_{i−1})/2.
  @inline(__always)
  func setStencil(_ shape: ParticleShape, _ axis: Int, _ u: C, first: Int, slopes: Bool) {
    let shares = SplineWeights(shape, u, first: first)
    setNodes(shares.value, .value, axis, at: 1)
    setDifferences(shares.value, .difference, axis)
    guard slopes else { return }
    setNodes(shares.slope, .slope, axis, at: 1)
    setDifferences(shares.slope, .differenceSlope, axis)
  }

  @inline(__always)
  private func setNodes(_ w: (C, C, C, C), _ kind: Kind, _ axis: Int, at node: Int) {
    store(w.0, kind, axis, node)
    store(w.1, kind, axis, node + 1)
    store(w.2, kind, axis, node + 2)
    store(w.3, kind, axis, node + 3)
  }

  @inline(__always)
  private func setDifferences(_ w: (C, C, C, C), _ kind: Kind, _ axis: Int) {
    let (a, b, c, d) = (0.5 * w.0, 0.5 * w.1, 0.5 * w.2, 0.5 * w.3)
    store(a, kind, axis, 0)
    store(b, kind, axis, 1)
    store(c - a, kind, axis, 2)
    store(d - b, kind, axis, 3)
    store(-c, kind, axis, 4)
    store(-d, kind, axis, 5)
  }
}
