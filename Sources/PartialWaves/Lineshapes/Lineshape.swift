import AutoDiff
import Documents

/// How the amplitude of a resonance depends on the squared mass s of its decay products: a
/// propagator, or another function with a few parameters.
///
/// A conforming struct holds the parameters as plain numbers; its table names them: reading, error
/// messages, the fit's parameters and the documentation come from it. The formula is a
/// ``CurveFormula``, written once for every scalar.
public protocol Lineshape: Sendable {
  /// The name in model files, such as "breit-wigner".
  static var name: String { get }
  /// What it is, in one sentence.
  static var summary: String { get }
  /// The only spin of a resonance for which the formula is right; nil, the default, if it is right
  /// for any.
  static var onlySpin: Int? { get }
  /// Its parameters; real numbers and lists of them may be fitted, whole numbers are fixed.
  static var parameters: ParameterTable<Self> { get }

  /// A lineshape with the values that apply where a model file gives none.
  init(of decay: TwoBodyDecay)

  /// What is wrong with the values although they are within the ranges of the table, in words that
  /// name the parameter; nil, the default, if nothing is.
  func mistake(in decay: TwoBodyDecay) -> String?

  /// The ranges within which a fit may vary parameters, by the names of their slots, where
  /// ``mistake(in:)`` makes them narrower than the table does. So a search reaches no value that
  /// the reader refuses. Empty by default.
  func limits(in decay: TwoBodyDecay) -> [String: ClosedRange<Double>]

  /// The amplitude as a function of s. Constants that depend on the parameters alone are computed
  /// here.
  ///
  /// - Parameters:
  ///   - p: The parameters, some of which may carry derivatives.
  ///   - decay: The decay of the resonance.
  func curve<S: EventScalar>(_ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay) -> Curve<S>
}

extension Lineshape {
  public static var onlySpin: Int? { nil }

  public func mistake(in decay: TwoBodyDecay) -> String? { nil }

  public func limits(in decay: TwoBodyDecay) -> [String: ClosedRange<Double>] { [:] }
}

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

/// The two-body decay of a resonance, for which its lineshape is evaluated.
public struct TwoBodyDecay: Sendable, Equatable {
  /// Nominal masses of the decay products [GeV].
  public var masses: (Double, Double)
  /// Spin of the resonance: the orbital angular momentum between spinless products.
  public var spin: Int
  /// Interaction radius of barrier factors [fm].
  public var radius: Double

  /// - Parameters:
  ///   - masses: Nominal masses of the decay products [GeV].
  ///   - spin: Spin of the resonance.
  ///   - radius: Interaction radius of barrier factors [fm].
  public init(masses: (Double, Double), spin: Int, radius: Double = 1) {
    self.masses = masses
    self.spin = spin
    self.radius = radius
  }

  /// The sum of the products' masses [GeV].
  public var threshold: Double { masses.0 + masses.1 }

  public static func == (a: Self, b: Self) -> Bool {
    a.masses == b.masses && a.spin == b.spin && a.radius == b.radius
  }
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
