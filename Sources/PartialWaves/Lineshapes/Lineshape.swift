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
