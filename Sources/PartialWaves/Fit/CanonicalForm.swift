/// Brings values of the free parameters to one form, without changing any intensity: magnitudes of
/// couplings are not negative, and phases lie within (−π, π].
///
/// Some values stay as they are: magnitudes whose phase is fixed or belongs to other magnitudes
/// too; phases with a pull, whose centre determines the multiple of 2π; values that would leave
/// their range.
struct CanonicalForm: Sendable {
  private let parameters: ParameterSet
  /// The phases to which multiples of 2π may be added, by their places among the free parameters.
  private let angles: Set<Int>
  /// The magnitudes that may change sign, each with the phases that change by π at the same time,
  /// by their places among the free parameters.
  private let magnitudes: [(magnitude: Int, phases: Set<Int>)]

  init(_ file: ModelFile) {
    let parameters = file.parameters
    self.parameters = parameters
    let all = parameters.parameters.indices
    let pulled = Set(
      file.channels.flatMap(\.pulls).compactMap { parameters.freePlace(of: $0.parameter) })
    var followers = [[Int]](repeating: [], count: parameters.free.count)
    for place in all { parameters.freePlace(of: place).map { followers[$0].append(place) } }
    angles = Set(
      followers.indices.filter { free in
        !pulled.contains(free) && followers[free].allSatisfy { parameters.parameters[$0].isAngle }
      })
    let couplings = file.channels.flatMap(\.amplitude.couplings).filter { $0.form == .polar }
    let first = Dictionary(couplings.map { ($0.first, $0) }, uniquingKeysWith: { a, _ in a })
    let second = Dictionary(couplings.map { ($0.second, $0) }, uniquingKeysWith: { a, _ in a })
    var magnitudes: [(magnitude: Int, phases: Set<Int>)] = []
    for magnitude in followers.indices where !pulled.contains(magnitude) {
      let own = followers[magnitude].map { first[$0] }
      guard own.allSatisfy({ $0 != nil }),
        followers[magnitude].allSatisfy({ parameters.isSame(asRoot: $0) })
      else { continue }
      let phases = own.map { $0.flatMap { parameters.freePlace(of: $0.second) } }
      let turned = Set(phases.compactMap(\.self))
      // Every phase is free, and no other magnitude has it.
      guard !phases.contains(nil), turned.isSubset(of: angles),
        turned.allSatisfy({ phase in
          followers[phase].allSatisfy {
            second[$0].map { parameters.freePlace(of: $0.first) == magnitude } ?? false
          }
        })
      else { continue }
      magnitudes.append((magnitude, turned))
    }
    self.magnitudes = magnitudes
  }

  /// The point, moved into the parameters' ranges and brought to this form.
  func callAsFunction(_ x: [Double]) -> [Double] {
    let start = parameters.projected(x)
    var y = start
    for (magnitude, phases) in magnitudes where y[magnitude] < 0 {
      var turned = y
      turned[magnitude] = -y[magnitude]
      for phase in phases { turned[phase] = wrapped(y[phase] + .pi, phase) }
      if isInRange(turned) { y = turned }
    }
    for angle in angles {
      var turned = y
      turned[angle] = wrapped(y[angle], angle)
      if isInRange(turned) { y = turned }
    }
    return y
  }

  private func isInRange(_ x: [Double]) -> Bool { parameters.projected(x) == x }

  /// The angle within (−π, π], or shifted from there into its range by multiples of 2π.
  private func wrapped(_ angle: Double, _ place: Int) -> Double {
    let turn = 2 * Double.pi
    var near = angle.remainder(dividingBy: turn)
    if near == -.pi { near = .pi }
    let parameter = parameters.parameters[parameters.free[place]]
    if near < parameter.lower {
      return near + turn * ((parameter.lower - near) / turn).rounded(.up)
    }
    if near > parameter.upper {
      return near - turn * ((near - parameter.upper) / turn).rounded(.up)
    }
    return near
  }
}
