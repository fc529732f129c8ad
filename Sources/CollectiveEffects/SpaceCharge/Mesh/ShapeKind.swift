/// A particle shape as a type, so that the compiler makes machine code for each.
protocol ShapeKind {
  static var shape: ParticleShape { get }
  /// Whether all nodes are on one plane, where every particle has weight 1.
  static var isFlat: Bool { get }
}

extension ShapeKind {
  @inline(__always) static var isFlat: Bool { false }
}

enum Linear: ShapeKind {
  @inline(__always) static var shape: ParticleShape { .linear }
}

enum Quadratic: ShapeKind {
  @inline(__always) static var shape: ParticleShape { .quadratic }
}

enum Cubic: ShapeKind {
  @inline(__always) static var shape: ParticleShape { .cubic }
}

/// A shape along x and y only.
enum Flat<Kind: ShapeKind>: ShapeKind {
  @inline(__always) static var shape: ParticleShape { Kind.shape }
  @inline(__always) static var isFlat: Bool { true }
}

/// Work on particles and the nodes around them, with separate machine code for each shape.
protocol ShapeWork {
  func callAsFunction<K: ShapeKind>(_: K.Type)
}
