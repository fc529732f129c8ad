import AutoDiff

/// The truth value that comparing recorded numbers gives.
///
/// A recording has no points. Where the truth value depends on the variables, ``all`` and ``any``
/// are therefore assumptions; see ``RecordedFormula`` for which.
public struct RecordedMask: ScalarMask {
  let term: RecordedTerm

  init(_ term: RecordedTerm) { self.term = term }

  public init(repeating value: Bool) { term = RecordedTerm(value) }

  /// For a condition on parameters, whether it holds for those of the recording. The recording is
  /// valid only for parameters with the same answer.
  public var all: Bool { answer(forAll: true) }
  public var any: Bool { answer(forAll: false) }

  private func answer(forAll: Bool) -> Bool {
    term.recorder?.answer(term, forAll: forAll) ?? (term.literal != 0)
  }

  public static func .& (a: Self, b: Self) -> Self { Self(a.term .& b.term) }
  public static func .| (a: Self, b: Self) -> Self { Self(a.term .| b.term) }
  public static prefix func .! (a: Self) -> Self { Self(.!a.term) }
}
