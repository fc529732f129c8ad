import AutoDiff
import Communication
import RandomNumbers
import Testing

@testable import PartialWaves

/// A likelihood of made-up events that has every part an amplitude can have: two components, a term
/// with two lineshapes, a fixed factor, polar couplings, a background, weights, and fractions that are
/// constrained.
struct AmplitudeCase {
  let likelihood: Likelihood
  let direction: [Double]

  /// - Parameters:
  ///   - sample: Lineshape of the first resonance; all its parameters are free.
  ///   - fraction: That of the background; nil for one that is given by its strength.
  init(
    _ sample: LineshapeSample, isComplete: Bool, fraction: Double? = nil, workers: Workers = .one
  ) throws {
    let breitWigner = LineshapeKind(BreitWigner.self)
      .with(.init(reals: ["mass": 1.3, "width": 0.2]), of: LineshapeSample.pions)
    // From the catalog, where the compiler knew its type: what is measured is what fits run.
    let lineshape = try #require(LineshapeCatalog.standard[sample.kind])
      .with(sample.values, of: sample.decay)
    var parameters: [FitParameter] = []
    func parameter(_ name: String, _ value: Double, isFixed: Bool = false) -> Int {
      parameters.append(FitParameter(name: name, value: value, isFixed: isFixed))
      return parameters.count - 1
    }
    func curve(_ name: String, _ lineshape: DynamicLineshape, mass: Int) -> AmplitudeSum.CurveUse {
      .init(
        lineshape: lineshape, mass: mass,
        parameters: lineshape.slots.map { slot in
          // Knots are not what is fitted: they must stay in order.
          parameter("\(name).\(slot.name)", slot.value, isFixed: slot.name.hasPrefix("knots"))
        })
    }
    var random = PhiloxGenerator(seed: 11)
    var sum = AmplitudeSum(components: 2)
    sum.resonances = ["a", "b"]
    sum.curves = [curve("a", lineshape, mass: 0), curve("b", breitWigner, mass: 0)]
    if isComplete { sum.curves.append(curve("c", breitWigner, mass: 1)) }
    for i in 0..<4 {
      let form: AmplitudeSum.Coupling.Form = isComplete && i % 2 == 1 ? .polar : .cartesian
      sum.couplings.append(
        .init(
          form: form, first: parameter("c\(i).first", 0.5 + random.nextUniform()),
          second: parameter("c\(i).second", random.nextNormal(), isFixed: i == 0)))
    }
    sum.terms = [
      .init(
        curves: isComplete ? [0, 2] : [0], factor: nil,
        entries: [.init(coupling: 0, wave: 0), .init(coupling: 1, wave: 1)], resonance: 0),
      .init(
        curves: [1], factor: isComplete ? 0 : nil,
        entries: [.init(coupling: 2, wave: 1), .init(coupling: 3, wave: 2)], resonance: 1),
    ]
    if isComplete {
      sum.background =
        fraction.map {
          .init(form: .fraction, parameter: parameter("background.fraction", $0))
        } ?? .init(form: .strength, parameter: parameter("background.strength", 0.3))
    }
    let columns = EventSample.Columns(
      masses: 2, factors: isComplete ? 1 : 0, hasBackground: isComplete, waves: 3, components: 2)
    var channel = Channel(
      name: "case", amplitude: sum,
      data: Self.sample(300, columns, sample.decay, seed: 1, hasWeights: isComplete),
      integration: Self.sample(700, columns, sample.decay, seed: 2, hasWeights: isComplete))
    if isComplete {
      channel.truth = Self.sample(500, columns, sample.decay, seed: 3, hasWeights: false)
      channel.fractionConstraint = .init(sum: 1.1, strength: 0.3)
      channel.pulls = [.init(parameter: 0, centre: 1, strength: 0.2)]
      channel.correctsForWeights = true
      channel.yield = parameter("yield", 310)
      channel.densityIntegral = try channel.integration.densityIntegral(workers)
    }
    let set = try ParameterSet(parameters)
    likelihood = Likelihood(channels: [channel], parameters: set, workers: workers)
    direction = set.start.map { _ in random.nextNormal() }
  }

  /// Events between the threshold and 4 GeV², waves of normal numbers.
  ///
  /// - Parameter only: The one event whose weight is not zero; nil for all.
  static func sample(
    _ count: Int, _ columns: EventSample.Columns, _ decay: TwoBodyDecay, seed: UInt64,
    hasWeights: Bool, only: Int? = nil
  ) -> EventSample {
    let blocks = (count + EventBlock.capacity - 1) / EventBlock.capacity
    var words = [Double](repeating: 0, count: blocks * columns.count * EventBlock.capacity)
    var (weight, squares) = (0.0, 0.0)
    let threshold = (decay.masses.0 + decay.masses.1) * (decay.masses.0 + decay.masses.1)
    for slot in 0..<blocks * EventBlock.capacity {
      let event = min(slot, count - 1)
      var random = PhiloxGenerator(seed: seed, item: UInt64(event))
      let drawn = hasWeights ? 0.2 + random.nextUniform() : 1
      let own = only.map { $0 == event } ?? true ? drawn : 0
      for column in 0..<columns.count {
        let place =
          (slot / EventBlock.capacity * columns.count + column) * EventBlock.capacity
          + slot % EventBlock.capacity
        switch column {
        case columns.weight: words[place] = slot < count ? own : 0
        case 1...columns.masses:
          words[place] = 1.01 * threshold + (4 - threshold) * random.nextUniform()
        case columns.background where columns.hasBackground: words[place] = random.nextUniform()
        default: words[place] = random.nextNormal()
        }
      }
      if slot < count {
        weight += own
        squares += own * own
      }
    }
    return EventSample(
      share: EventShare(allOf: count), columns: columns, totalWeight: weight,
      totalSquaredWeight: squares,
      storage: .double(EventMemory(words)))
  }
}
