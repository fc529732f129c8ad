import AutoDiff

/// The amplitude [GeV⁻² for a propagator] at a squared mass s [GeV²].
///
/// A conforming struct holds the constants that depend on the parameters alone. It is a type and
/// not a closure, so that the compiler inlines it into the loop over events.
public protocol CurveFormula<S>: Sendable {
  /// The scalar of s and of the amplitude.
  associatedtype S: EventScalar
  /// The amplitude at a squared mass s [GeV²].
  func callAsFunction(_ s: S) -> ComplexNumber<S>
}

/// A lineshape with values for its parameters, as a function of s for the scalar `S`.
///
/// The initialiser erases the type of the formula: one closure for single points and one for blocks
/// of events remain.
public struct Curve<S: EventScalar>: Sendable {
  /// The formula for single points, where `S` is a scalar; lanes are for blocks only, which spares the
  /// compiler the largest formulas twice.
  @usableFromInline let onPoint: (@Sendable (S) -> ComplexNumber<S>)?
  /// The formula for blocks, where `S` is lanes.
  @usableFromInline
  let onBlock: (@Sendable (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void)?

  /// Erases the type of a formula.
  @inlinable
  public init<F: CurveFormula>(_ formula: F) where F.S == S {
    if S.laneCount == 1 {
      onPoint = { s in formula(s) }
      onBlock = nil
      return
    }
    onPoint = nil
    onBlock = { squaredMasses, amplitudes in
      let imaginary = amplitudes + S.componentCount * EventBlock.capacity
      var i = 0
      while i < EventBlock.capacity {
        let z = formula(S(constantAt: squaredMasses + i))
        z.real.store(to: amplitudes + i, stride: EventBlock.capacity)
        z.imaginary.store(to: imaginary + i, stride: EventBlock.capacity)
        i += S.laneCount
      }
    }
  }

  /// The amplitude at one squared mass [GeV²]; `S` has to be a scalar.
  @inlinable public func callAsFunction(_ s: S) -> ComplexNumber<S> {
    guard let onPoint else { preconditionFailure("lanes of events are evaluated in blocks") }
    return onPoint(s)
  }

  /// Computes the amplitudes of a block of events, for squared masses at the first address: real parts,
  /// then imaginary parts, each with its derivatives plane by plane, ``EventBlock/capacity`` numbers in
  /// a plane. `S` has to be lanes.
  @inlinable var forBlocks: @Sendable (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
  {
    guard let onBlock else { preconditionFailure("single events are evaluated as points") }
    return onBlock
  }
}
