/// A number of the model that a fit may vary: a mass, the real part of a coupling.
public struct FitParameter: Sendable, Equatable {
  /// A binding to another parameter, which this one follows: it has the other's value plus an
  /// offset.
  public struct Binding: Sendable, Equatable {
    /// The place of the other in the list of parameters.
    public var target: Int
    /// What is added to its value.
    public var offset: Double

    /// - Parameters:
    ///   - target: Place of the other parameter.
    ///   - offset: What is added to its value.
    public init(target: Int, offset: Double = 0) {
      self.target = target
      self.offset = offset
    }
  }

  /// "f0_980.mass"; with "@channel" where there are several channels.
  public var name: String
  /// "GeV", "rad"; empty for a number without unit.
  public var unit: String
  /// The value of a fixed parameter, the start value of a free one. It is not used for one with a
  /// binding.
  public var value: Double
  /// Whether a fit keeps its value.
  public var isFixed: Bool
  /// The lower end of its range, which no fit leaves: the model file and the lineshape restrict it.
  public var lower: Double
  /// The upper end of its range, which no fit leaves.
  public var upper: Double
  /// The parameter that it follows; nil if it has a value of its own.
  public var binding: Binding?

  /// A parameter with the values of its properties.
  public init(
    name: String, unit: String = "", value: Double, isFixed: Bool = false,
    lower: Double = -.infinity, upper: Double = .infinity, binding: Binding? = nil
  ) {
    self.name = name
    self.unit = unit
    self.value = value
    self.isFixed = isFixed
    self.lower = lower
    self.upper = upper
    self.binding = binding
  }

  /// Whether values that differ by 2π are the same.
  public var isAngle: Bool { unit == "rad" }
}

extension Double {
  /// This value of a parameter minus another one; for angles modulo 2π, within [−π, π].
  public func difference(to other: Double, isAngle: Bool) -> Double {
    isAngle ? (self - other).remainder(dividingBy: 2 * .pi) : self - other
  }
}
