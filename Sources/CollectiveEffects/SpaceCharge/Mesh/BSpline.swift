import AutoDiff

/// The shape of a macro-particle on a mesh: a B-spline of order 1, 2 or 3, which distributes its
/// charge over 2, 3 or 4 nodes along each axis.
public enum ParticleShape: Int, Sendable, CaseIterable {
  /// Cloud in cell. Fields have kinks where particles move to another cell.
  case linear = 1
  /// Triangular-shaped cloud.
  case quadratic = 2
  /// Piecewise cubic; twice continuously differentiable, as needed for second derivatives.
  case cubic = 3

  /// The name in run files.
  public var name: String {
    switch self {
    case .linear: "linear"
    case .quadratic: "quadratic"
    case .cubic: "cubic"
    }
  }

  /// The shape of this name in run files; nil if there is none.
  public init?(named name: String) {
    guard let shape = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = shape
  }

  /// The number of nodes along an axis on which a particle has charge.
  package var nodeCount: Int { rawValue + 1 }

  /// The rows of plane `k` from which a particle gathers its field, with `k` from 0. In the outer
  /// planes, nodes have a difference along z but no weight of charge; their outer rows have
  /// neither.
  @inline(__always)
  package func rows(ofPlane k: Int) -> Range<Int> {
    let last = nodeCount + 1
    return k == 0 || k == last ? 1..<last : 0..<last + 1
  }

  /// The first node on which a particle at `u` (in cells from node 0) has charge.
  @inline(__always)
  package func firstNode(_ u: Double) -> Int {
    switch self {
    case .linear: Int(u)
    case .quadratic: Int(u + 0.5) - 1
    case .cubic: Int(u) - 1
    }
  }

  /// The least distance in cells of a particle from the mesh's edge for gathering fields.
  package var margin: Double {
    switch self {
    case .linear: 1
    case .quadratic: 1.5
    case .cubic: 2
    }
  }
}

/// The weights of a particle's charge on its nodes along one axis, and their derivatives with
/// respect to its position in cells.
///
/// C. de Boor, A Practical Guide to Splines (1978): cardinal B-splines. The weights sum to 1.
struct SplineWeights<C: RealScalar> {
  /// The weights of four nodes from the first; zero beyond the shape's nodes.
  var value: (C, C, C, C)
  /// d(value)/du.
  var slope: (C, C, C, C)

  /// The weights at `u` cells from node 0, where `first` is the shape's first node.
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

/// The weights of one particle at the nodes around it, for depositing and gathering, axis by axis.
///
/// They are stored in memory, so that they can be read singly or four at a time.
struct StencilWeights<C: MeshNumber>: ~Copyable {
  /// The kind of a weight.
  enum Kind: Int {
    /// The fraction of the charge on the node.
    case value
    /// Half the difference of the weights at the node before and at the node after.
    case difference
    /// d(value)/du
    case slope
    /// d(difference)/du
    case differenceSlope
  }

  private let words: UnsafeMutablePointer<C.Word>
  /// The number of words from a weight to its derivative: three axes, four kinds, eight nodes.
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

  /// Sets one node along z with weight 1, for any position of the particle.
  func setOnePlane() { store(C(1.0), .value, 2, 0) }

  /// Sets one node along z with these weights.
  @inline(__always)
  func setPlane(value: C, difference: C, slope: C, differenceSlope: C) {
    store(value, .value, 2, 0)
    store(difference, .difference, 2, 0)
    store(slope, .slope, 2, 0)
    store(differenceSlope, .differenceSlope, 2, 0)
  }

  /// Sets values and slopes at the nodes of a shape, from its first.
  @inline(__always)
  func setShares(_ shape: ParticleShape, _ axis: Int, _ u: C, first: Int) {
    let shares = SplineWeights(shape, u, first: first)
    setNodes(shares.value, .value, axis, at: 0)
    setNodes(shares.slope, .slope, axis, at: 0)
  }

  /// Sets all weights for gathering: at the nodes of the shape and at one more on either side, from
  /// first − 1.
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
