import AutoDiff
import Documents

/// No dependence on s at all: the non-resonant part. Its size is that of its couplings.
public struct ConstantAmplitude: Lineshape {
  /// It has no parameters.
  public init() {}

  public init(of decay: TwoBodyDecay) { self.init() }

  public static let name = "constant"
  public static let summary = "1 at every mass: a non-resonant part."
  public static let parameters = ParameterTable<Self>([])

  public func curve<S: EventScalar>(
    _ p: Lifted<Self, S.Constant>, _ decay: TwoBodyDecay
  ) -> Curve<S> { Curve(One<S>()) }

  struct One<S: EventScalar>: CurveFormula {
    @inline(__always)
    func callAsFunction(_ s: S) -> ComplexNumber<S> { .one }
  }
}
