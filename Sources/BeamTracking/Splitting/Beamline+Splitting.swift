import AutoDiff
import BeamMaps
import ParameterTables
import Synchronization

extension Beamline {
  /// This beamline with a splitting order and number of steps for every element that does not give
  /// them. It chooses the cheapest splitting with errors below 1e-6, for particles of 5 mm, 5 mrad
  /// and 1 % of energy and for energy gains, and below 1e-11 for the matrix of gradients.
  ///
  /// The choice is made for the present numbers, and does not change if they vary later. So are the
  /// frequencies of elements that give a harmonic, see ``settingFrequencies(from:)``.
  ///
  /// - Parameters:
  ///   - reference: The reference particle at the start.
  ///   - slices: The number of slices of each element that names none (0).
  ///   - effects: The effects of the run; only those that change the reference particle's energy
  ///     matter.
  ///   - others: Beamlines of the same elements with other numbers, for which the choice must be
  ///     sufficient, too.
  public func choosingSteps(
    from reference: ReferenceParticle<Double>, slices: Int = 1,
    effects: [any CollectiveEffect] = [],
    alsoFor others: @autoclosure () -> [Beamline] = []
  ) -> Beamline {
    choosingSteps(
      from: reference, slices: slices, effects: effects, alsoFor: others(), remembering: nil)
  }

  /// The same; choices that the memory has are not made again.
  package func choosingSteps(
    from reference: ReferenceParticle<Double>, slices: Int, effects: [any CollectiveEffect],
    alsoFor others: @autoclosure () -> [Beamline], remembering memory: SplittingMemory?
  ) -> Beamline {
    let line = settingFrequencies(from: reference)
    guard line.leavesStepsOpen else { return line }
    return line.taking(
      line.splittingChoices(
        from: reference, slices: slices, effects: effects, alsoFor: others(), ofOpen: true,
        remembering: memory))
  }

  /// This beamline with the splittings of `splittingChoices(from:slices:alsoFor:ofOpen:)`.
  public func taking(_ choices: [(element: Int, choice: SplittingChoice)]) -> Beamline {
    var line = self
    for (index, choice) in choices {
      guard var split = line.elements[index].element as? any SplitElement else { continue }
      split.splitting = choice.splitting
      var item = line.elements[index]
      item.element = split
      line.replaceElement(index, with: item)
    }
    return line
  }

  /// True if the order or the number of steps of some element is not given.
  public var leavesStepsOpen: Bool { elements.contains(where: \.leavesStepsOpen) }

  /// The splitting of every element that takes steps, by its index, with an estimate of its error.
  ///
  /// An element that is passed more than once is tested at the lowest and at the highest energy;
  /// the larger requirement counts.
  ///
  /// - Parameters:
  ///   - start: The reference particle at the start.
  ///   - slices: The number of slices of each element that names none (0).
  ///   - effects: The effects of the run; only those that change the reference particle's energy
  ///     matter.
  ///   - others: Beamlines of the same elements with other numbers; for each element the largest
  ///     requirement counts.
  ///   - ofOpen: Whether only elements without a given order or number of steps are included.
  public func splittingChoices(
    from start: ReferenceParticle<Double>, slices: Int = 1,
    effects: [any CollectiveEffect] = [],
    alsoFor others: @autoclosure () -> [Beamline] = [], ofOpen: Bool = false
  ) -> [(element: Int, choice: SplittingChoice)] {
    splittingChoices(
      from: start, slices: slices, effects: effects, alsoFor: others(), ofOpen: ofOpen,
      remembering: nil)
  }

  private func splittingChoices(
    from start: ReferenceParticle<Double>, slices: Int, effects: [any CollectiveEffect],
    alsoFor others: @autoclosure () -> [Beamline], ofOpen: Bool,
    remembering memory: SplittingMemory?
  ) -> [(element: Int, choice: SplittingChoice)] {
    guard elements.contains(where: { ($0.element as? any SplitElement)?.isSplit == true }) else {
      return []
    }
    let memory = memory ?? SplittingMemory()
    var choices = ownChoices(from: start, slices: slices, effects, ofOpen: ofOpen, memory)
    for other in others() {
      for (index, choice) in other.ownChoices(
        from: start, slices: slices, effects, ofOpen: ofOpen, memory)
      where choices[index].map({ $0.demand < choice.demand }) ?? true {
        choices[index] = choice
      }
    }
    return choices.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The choices for the present numbers alone.
  private func ownChoices(
    from start: ReferenceParticle<Double>, slices: Int, _ effects: [any CollectiveEffect],
    ofOpen: Bool, _ memory: SplittingMemory
  ) -> [Int: SplittingChoice] {
    var choices: [Int: SplittingChoice] = [:]
    var visits = [[ReferenceParticle<Double>]](repeating: [], count: elements.count)
    var reference = start
    var resolved = elements.map(\.element)
    func choose<E: SplitElement>(
      _ element: E, _ item: BeamlineElement, _ reference: ReferenceParticle<Double>
    ) -> SplittingChoice {
      let count = item.sliceCount(default: slices)
      let key = SplittingKey(element, item.placement, count, reference)
      return memory.choice(key) {
        SplittingProbe(element, slices: count, of: item, from: reference).choose(element.splitting)
      }
    }
    func consider(_ index: Int, _ reference: ReferenceParticle<Double>) {
      guard var split = elements[index].element as? any SplitElement, split.isSplit,
        !(ofOpen && split.splitting.isNamed)
      else { return }
      let choice = choose(split, elements[index], reference)
      if let other = choices[index], other.demand >= choice.demand { return }
      choices[index] = choice
      split.splitting = choice.splitting
      resolved[index] = split
    }
    let line = VariedBeamline<Double>(self)
    let varied = VariedEffects<Double>(effects, along: line)
    let itineraries = varied.itineraries(along: line)
    let changesEnergy = itineraries.contains(where: \.changesReferenceEnergy)
    for visit in Itinerary(self, slices: slices, effects: changesEnergy ? itineraries : []) {
      guard reference.kineticEnergyOverMass > 0 else { break }
      let index = visit.element
      let seen = visits[index].map(\.kineticEnergyOverMass)
      if seen.isEmpty {
        consider(index, reference)
        visits[index] = [reference, reference]
      } else if reference.kineticEnergyOverMass < seen[0] {
        visits[index][0] = reference
      } else if reference.kineticEnergyOverMass > seen[1] {
        visits[index][1] = reference
      }
      for passage in visit {
        switch passage.kind {
        case .slice: resolved[index].advance(&reference, over: passage.slice)
        case .gain(let number):
          let gain = varied.gain(
            of: number, passage, along: line, reference, charge: start.species.charge)
          // The error of a stopped beam is thrown by tracking.
          guard let after = try? gain.referenceAfter(along: line) else { return choices }
          reference = after
        case .effect, .frame: break
        }
      }
    }
    for (index, extremes) in visits.enumerated() where !extremes.isEmpty {
      for reference in extremes { consider(index, reference) }
    }
    return choices
  }
}

extension BeamlineElement {
  /// True if its order or its number of steps is not given.
  var leavesStepsOpen: Bool {
    guard let split = element as? any SplitElement else { return false }
    return split.isSplit && !split.splitting.isNamed
  }
}

/// The choices made for some runs, which runs with equal elements need not make again.
package final class SplittingMemory: Sendable {
  private let choices = Mutex<[SplittingKey: SplittingChoice]>([:])

  /// More choices are not remembered.
  private static let limit = 100_000

  package init() {}

  /// The choice for some inputs, which is made if it is not known.
  fileprivate func choice(_ key: SplittingKey, _ make: () -> SplittingChoice) -> SplittingChoice {
    if let known = choices.withLock({ $0[key] }) { return known }
    let choice = make()
    choices.withLock { choices in
      if choices.count < Self.limit { choices[key] = choice }
    }
    return choice
  }
}

extension SplittingChoice {
  /// Of two choices for one element, the one with the larger value is taken: more kicks, or a
  /// larger error.
  fileprivate var demand: Double { Double(cost) * max(excess, 1) }
}

/// All inputs of a choice.
private struct SplittingKey: Hashable {
  let numbers: [Double]
  let splitting: Splitting
  let kind: String
  let model: ElementModel

  init<E: SplitElement>(
    _ element: E, _ placement: Placement, _ slices: Int, _ reference: ReferenceParticle<Double>
  ) {
    var numbers =
      DegreeOfFreedom.allCases.map { placement.displacement[$0] } + [
        placement.pivot == .center ? 0 : 1, Double(slices), reference.species.mass,
        reference.species.chargeNumber, reference.kineticEnergyOverMass,
      ]
    // An element whose slices are not equivalent may depend on the time.
    if case .none = element.equivalentSlices { numbers.append(reference.t) }
    self.numbers = numbers + Self.numbers(of: E.parameters, element)
    splitting = element.splitting
    kind = E.kind
    model = element.model
  }

  /// All values but those that the program chooses.
  private static func numbers<Subject>(
    of table: ParameterTable<Subject>, _ subject: Subject
  ) -> [Double] {
    var numbers: [Double] = []
    for parameter in table.parameters {
      switch parameter.storage {
      case .real(let path, _): numbers.append(subject[keyPath: path])
      case .optional(let path, _, _):
        numbers += subject[keyPath: path].map { [1, $0] } ?? [0]
      case .vector(let path):
        numbers.append(Double(subject[keyPath: path].count))
        numbers += subject[keyPath: path]
      case .integer(let path, _, _): numbers.append(Double(subject[keyPath: path]))
      case .rows(let path, _):
        numbers.append(Double(subject[keyPath: path].count))
        numbers += subject[keyPath: path].joined()
      case .flag(let path): numbers.append(subject[keyPath: path] ? 1 : 0)
      case .objects(let objects): numbers += Self.numbers(of: objects, subject)
      case .chosen: break
      case .word(let path, let choices):
        numbers.append(Double(choices.firstIndex(of: subject[keyPath: path]) ?? -1))
      }
    }
    return numbers
  }

  private static func numbers<List: ParameterObjects>(
    of objects: List, _ subject: List.Subject
  ) -> [Double] {
    let items = subject[keyPath: objects.path]
    return [Double(items.count)] + items.flatMap { numbers(of: objects.table, $0) }
  }
}
