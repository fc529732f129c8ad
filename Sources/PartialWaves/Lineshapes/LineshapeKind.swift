import AutoDiff
import Documents

/// A kind of lineshape with its type erased: an entry of a catalog.
///
/// The initialiser refers to the curves of every scalar that likelihoods use. The lineshape's type
/// is known there, so that the compiler specialises them.
public struct LineshapeKind: Sendable {
  /// The name in model files.
  public let name: String
  /// What it is, in one sentence.
  public let summary: String
  /// The only spin of a resonance that it is right for; nil for any.
  public let onlySpin: Int?
  /// Descriptions of the parameters, for reading files and for documentation.
  public let parameters: [ParameterDescription]
  /// Groups of parameters of which a model file may give one.
  public let alternatives: [ParameterAlternatives]
  @usableFromInline
  let makeWithValues: @Sendable (LineshapeValues, TwoBodyDecay) -> DynamicLineshape
  @usableFromInline
  let findMistake: @Sendable (LineshapeValues, TwoBodyDecay) -> String?
  @usableFromInline
  let findLimits: @Sendable (LineshapeValues, TwoBodyDecay) -> [String: ClosedRange<Double>]

  /// The kind of a lineshape's type.
  @inlinable
  public init<L: Lineshape>(_ type: L.Type) {
    self.init(
      name: L.name, summary: L.summary, onlySpin: L.onlySpin, L.parameters,
      withValues: { values, decay in
        var lineshape = L(of: decay)
        values.assign(to: &lineshape)
        return DynamicLineshape(lineshape, decay)
      },
      mistake: { values, decay in
        var lineshape = L(of: decay)
        values.assign(to: &lineshape)
        return lineshape.mistake(in: decay)
      },
      limits: { values, decay in
        var lineshape = L(of: decay)
        values.assign(to: &lineshape)
        return lineshape.limits(in: decay)
      })
  }

  @usableFromInline
  init<L>(
    name: String, summary: String, onlySpin: Int?, _ table: ParameterTable<L>,
    withValues: @escaping @Sendable (LineshapeValues, TwoBodyDecay) -> DynamicLineshape,
    mistake: @escaping @Sendable (LineshapeValues, TwoBodyDecay) -> String?,
    limits: @escaping @Sendable (LineshapeValues, TwoBodyDecay) -> [String: ClosedRange<Double>]
  ) {
    self.name = name
    self.summary = summary
    self.onlySpin = onlySpin
    parameters = table.parameters.map(\.specification)
    alternatives = table.alternatives
    makeWithValues = withValues
    findMistake = mistake
    findLimits = limits
  }

  /// What is wrong with `values` although they are within the ranges of the table, in words that
  /// name the parameter; nil if nothing is. ``with(_:of:)`` takes only values without a mistake.
  public func mistake(in values: LineshapeValues, of decay: TwoBodyDecay) -> String? {
    findMistake(values, decay)
  }

  /// The range of each slot in a fit: that of the table, narrowed by ``Lineshape/limits(in:)``.
  func limits(of values: LineshapeValues, in decay: TwoBodyDecay) -> [String: ClosedRange<Double>] {
    var limits: [String: ClosedRange<Double>] = [:]
    for case (let name, .real(let range)) in parameters.map({ ($0.name, $0.form) }) {
      limits[name] = range
    }
    return limits.merging(findLimits(values, decay)) { $0.clamped(to: $1) }
      .mapValues(\.withoutFiniteEnds)
  }

  /// A lineshape of this kind; what `values` does not give keeps its default, the value that applies
  /// where a model file gives none.
  public func with(_ values: LineshapeValues, of decay: TwoBodyDecay) -> DynamicLineshape {
    makeWithValues(values, decay)
  }
}
