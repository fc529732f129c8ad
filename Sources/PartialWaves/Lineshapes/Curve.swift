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
  @usableFromInline let onPoint: @Sendable (S) -> ComplexNumber<S>
  @usableFromInline
  let onBlock: @Sendable (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void

  /// Erases the type of a formula.
  @inlinable
  public init<F: CurveFormula>(_ formula: F) where F.S == S {
    onPoint = { s in formula(s) }
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

  /// The amplitude at one squared mass [GeV²].
  @inlinable public func callAsFunction(_ s: S) -> ComplexNumber<S> { onPoint(s) }

  /// The amplitudes of a block of events: real parts, then imaginary parts, each with its
  /// derivatives plane by plane, ``EventBlock/capacity`` numbers in a plane.
  @inlinable
  func fill(_ amplitudes: UnsafeMutablePointer<Double>, at squaredMasses: UnsafePointer<Double>) {
    onBlock(squaredMasses, amplitudes)
  }
}
