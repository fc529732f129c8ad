import BeamDynamics
import Documents

/// Elements of one kind with plausible parameters, made from its parameter table: what is
/// registered is tested without another word.
///
/// Each parameter in turn takes each of its values, once with all others at their defaults and once
/// with all others at work; a few elements have everything at random. Parameters that exclude each
/// other are never given together, and an element that has mistakes is never made; nor is one
/// whose own aperture stops the particles of ``TestBeam``, which maps are tried on.
public struct ElementSamples<E: Element> {
  public let all: [E]

  /// About `count` of them where there are more, evenly chosen: for tests that take long for each.
  public func some(_ count: Int) -> [E] {
    // Odd, because samples come in pairs: with other parameters at their defaults, and at work.
    let step = max(1, all.count / count) | 1
    return stride(from: 0, to: all.count, by: step).map { all[$0] }
  }

  /// The samples, in every model of the kind.
  public init() {
    var found: [String: E] = [:]
    var order: [String] = []
    func add(_ element: E) {
      let description = "\(element)"
      if found.updateValue(element, forKey: description) == nil { order.append(description) }
    }
    var generator = SampleGenerator(state: 1)
    let parameters = E.parameters.parameters
    for model in E.models {
      add(Self.element(model, []))
      for parameter in parameters {
        for choice in Self.choices(of: parameter) {
          let others = parameters.filter { $0.name != parameter.name }
          add(Self.element(model, [choice] + Self.firstChoices(of: others.filter(\.isRequired))))
          add(Self.element(model, [choice] + Self.firstChoices(of: others)))
        }
      }
      for _ in 0..<6 where !parameters.isEmpty {
        let choices = parameters.shuffled(using: &generator)
          .compactMap { Self.choices(of: $0).randomElement(using: &generator) }
        add(Self.element(model, choices))
      }
    }
    all = order.compactMap { found[$0] }.filter { element in
      // Where the field is not that of the orbit, one step of order 4 or 6, with its way back, may lead out of the
      // magnet.
      if let bend = element as? Bend, bend.k0 != nil {
        let isPassed = TestBeam.allCases.allSatisfy { beam in
          beam.points.allSatisfy { bend.image(of: $0, beam) != nil }
        }
        if !isPassed { return false }
      }
      guard let aperture = element.aperture else { return true }
      let region = ApertureRegion<Double>(aperture)
      return TestBeam.allCases.flatMap(\.points).allSatisfy { region.passes($0.x, $0.y) }
    }
  }

  /// The default element with the choices in this order, each of them only if it makes no mistake
  /// with those before.
  private static func element(_ model: ElementModel, _ choices: [Choice<E>]) -> E {
    var element = E()
    element.choose(model)
    var taken: Set<String> = []
    func apply(_ choice: Choice<E>) {
      let rivals = E.parameters.alternatives.filter { $0.names.contains(choice.name) }
      guard rivals.allSatisfy({ taken.isDisjoint(with: $0.names) }) else { return }
      var changed = element
      choice.set(&changed)
      guard changed.mistakes.isEmpty else { return }
      element = changed
      taken.insert(choice.name)
    }
    for choice in choices { apply(choice) }
    for alternatives in E.parameters.alternatives where alternatives.isRequired {
      for name in alternatives.names where taken.isDisjoint(with: alternatives.names) {
        if let parameter = E.parameters[name] { firstChoices(of: [parameter]).forEach(apply) }
      }
    }
    return element
  }

  private static func firstChoices(of parameters: [Parameter<E>]) -> [Choice<E>] {
    parameters.compactMap { choices(of: $0).first }
  }

  private static func choices(of parameter: Parameter<E>) -> [Choice<E>] {
    PlausibleValues.choices(of: parameter)
  }
}

/// A value for one parameter.
private struct Choice<Subject> {
  let name: String
  let set: (inout Subject) -> Void
}

/// Values of parameters that occur in accelerators, and the special ones: zero, almost zero,
/// negative.
private enum PlausibleValues {
  static func choices<Subject>(of parameter: Parameter<Subject>) -> [Choice<Subject>] {
    switch parameter.storage {
    case .real(let path, let range):
      return reals(parameter.name, unit: parameter.unit)
        .filter(range.contains)
        .map { value in Choice(name: parameter.name) { $0[keyPath: path] = value } }
    // The frequency that it would give the element in a ring goes with it.
    case .optional(let path, _, _) where parameter.name == "harmonic":
      return [0.5, 2].map { value in
        Choice(name: parameter.name) { subject in
          subject[keyPath: path] = value
          if var element = subject as? any OscillatingElement {
            element.frequency = 4e7 * value
            if let changed = element as? Subject { subject = changed }
          }
        }
      }
    case .optional(let path, let range, _):
      return reals(parameter.name, unit: parameter.unit)
        .filter(range.contains)
        .map { value in Choice(name: parameter.name) { $0[keyPath: path] = value } }
    case .vector(let path):
      if parameter.column != nil { return [] }
      let values =
        parameter.rowLength == 6 ? matrices : vectors(parameter.name, unit: parameter.unit)
      return values.map { value in Choice(name: parameter.name) { $0[keyPath: path] = value } }
    case .integer(let path, let range, let choices):
      return (choices.isEmpty ? [2, 1].filter(range.contains) : choices)
        .map { value in Choice(name: parameter.name) { $0[keyPath: path] = value } }
    case .chosen(let path, let range, let choices):
      return (choices.isEmpty ? [2, 1].filter(range.contains) : choices)
        .map { value in Choice(name: parameter.name) { $0[keyPath: path] = value } }
    case .word(let path, let names):
      return names.map { value in Choice(name: parameter.name) { $0[keyPath: path] = value } }
    case .flag(let path):
      return [true, false]
        .map { value in Choice(name: parameter.name) { $0[keyPath: path] = value } }
    case .objects(let objects):
      return lists(of: objects)
        .map { apply in Choice(name: parameter.name, set: apply) }
    // A table of a field depends on the length.
    case .rows where parameter.name == "table": return []
    case .rows(let path, let width):
      return rows(of: width)
        .map { value in Choice(name: parameter.name) { $0[keyPath: path] = value } }
    }
  }

  /// One object, two that differ, and none.
  private static func lists<List: ParameterObjects>(
    of objects: List
  ) -> [(inout List.Subject) -> Void] {
    func item(_ number: Int) -> List.Item {
      var item = objects.make()
      let dropped = objects.table.alternatives.filter(\.isRequired).flatMap { choice in
        choice.names.filter { $0 != choice.names[number % choice.names.count] }
      }
      for parameter in objects.table.parameters where !dropped.contains(parameter.name) {
        let choices = choices(of: parameter)
        if !choices.isEmpty { choices[number % choices.count].set(&item) }
      }
      return item
    }
    return [[item(0)], [item(0), item(1)], []].map { items in
      { $0[keyPath: objects.path] = items }
    }
  }

  static func reals(_ name: String, unit: String) -> [Double] {
    switch (name, unit) {
    case ("gap", _): [0.02, 0]
    // Poles that the outer particles pass beyond, and poles far away.
    case ("cnll", _): [4e-3, 0.03]
    case ("knll", _): [2e-5, -1e-5, 0]
    case ("radius", _): [1.5, -2, 0]
    // Strong enough for fast electrons, whose energy hardly changes their velocity.
    case ("kt", _): [4e-3, 0]
    // Slow protons are not stopped.
    case ("normalized_voltage", _): [2e-3, -1e-3, 0]
    case ("scale", "1/m"), ("ez", "1/m"): [4e-3, -2e-3, 0]
    case (_, "V"): [1e6, -5e5, 0]
    // Slow protons pass an undulator, with a radian of phase.
    case ("strength", ""): [6e-3, -4e-3, 0]
    // A beam of millimetres, seen from its middle and from outside.
    case ("particles", _): [2e10, 5e9, 0]
    case ("sigma_x", _): [2e-3, 6e-4]
    case ("sigma_y", _): [7e-4, 3e-3]
    case ("offset_x", _), ("offset_y", _): [4e-4, -1e-3, 0]
    case ("charge", _): [-1, 2, 0]
    // Not so far from the curvature of the orbit that particles leave the magnet.
    case ("k0", _): [0.25, 0.4]
    // The new frame is centimetres away.
    case ("dx", _), ("dy", _), ("dz", _): [0.03, 0, -0.02]
    case ("time_offset", _): [2e-3, -1e-3, 0]
    // Some radians of phase for slow protons: each radian costs a rounding of itself.
    case (_, "V/m"): [2e6, -1e6, 0]
    case (_, "A"): [350, -200, 0]
    case (_, "Hz"): [5e7, 2e7, 0]
    case (_, "m"): [0.3, 0, 1.2, -0.4]
    case (_, "rad"): [0.2, -0.1, 0, 1e-9]
    case (_, "1/m"): [0.7, -0.4, 0]
    case (_, "1/m^2"): [3, -3, 0, 1e-9]
    case (_, "1/m^3"): [40, -25, 0]
    case (_, "1/m^4"): [900, -600, 0]
    case (_, "T"): [0.06, -0.04, 0]
    case (_, "T/m"): [1.5, -0.8, 0]
    case (_, "T*m"): [1e-3, -2e-3, 0]
    default: [0.5, -0.3, 0]
    }
  }

  /// Symplectic matrices of 6×6: a lens in x, a drift in y and a slip in time; and the same with
  /// all planes coupled, by shears along directions of phase space, z ↦ z + c·(aᵀJz)·a.
  static let matrices: [[Double]] = {
    let uncoupled: [Double] = [
      1, 0.3, 0, 0, 0, 0,  //
      -0.5, 0.85, 0, 0, 0, 0,  //
      0, 0, 1, 0.2, 0, 0,  //
      0, 0, 0, 1, 0, 0,  //
      0, 0, 0, 0, 1, 0.1,  //
      0, 0, 0, 0, 0, 1,
    ]
    var coupled = uncoupled
    for a in [[0.3, -0.2, 0.5, 0.1, -0.4, 0.2], [-0.1, 0.4, 0.2, -0.3, 0.2, 0.5]] {
      // aᵀJ
      let form = [-a[1], a[0], -a[3], a[2], -a[5], a[4]]
      let products = (0..<6).map { j in
        (0..<6).reduce(0.0) { $0 + form[$1] * coupled[6 * $1 + j] }
      }
      for i in 0..<6 {
        for j in 0..<6 { coupled[6 * i + j] += 0.7 * a[i] * products[j] }
      }
    }
    return [coupled, uncoupled]
  }()
  /// Corners of polygons, where they are pairs.
  static func rows(of width: Int) -> [[[Double]]] {
    [
      [[-0.6, -0.5], [0.7, -0.6], [0.4, 0.3], [0.1, 0.1], [-0.5, 0.8]],
      [[0, -1], [1, 0], [0, 1], [-1, 0]], [],
    ].map { rows in rows.map { row in (0..<width).map { row[$0 % 2] } } }
  }

  /// The last is for kinds that take a dipole coefficient.
  static func vectors(_ name: String, unit: String) -> [[Double]] {
    switch (name, unit) {
    // Away from all particles, and close to them.
    case ("offset", _): [[3, 2], [0.05, 0.02]]
    case ("repeat", _): [[8, 8], [0, 3]]
    case (_, "rad"): [[0.4, -1.2, 2], [0, 0, 0.7, 1.6, -0.3], []]
    case (_, ""): [[0.4, 0.3, -0.2, 0.1], [0, 0.5], [], [0, 0, 0], [1]]
    case (_, "1/m^m"): [[0, 0.6, -3, 20, 100], [0, -0.4], [], [0, 0, 0, 0], [1e-3, 0.2]]
    default: [[0, 1.2, -30, 200, 3000], [0, -3], [], [0, 0, 0, 0], [0.01, 2]]
    }
  }
}

/// The generator splitmix64 of S. Vigna: the same samples in every run.
private struct SampleGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
