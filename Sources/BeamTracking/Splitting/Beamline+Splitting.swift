import AutoDiff
import BeamMaps
import ParameterTables

extension Beamline {
  /// This beamline with everything chosen that elements leave open of order and steps: as cheap as
  /// particles of 5 mm, 5 mrad and 1 % of energy, and energy gains, allow to 1e-6, and the matrix of
  /// gradients to 1e-11.
  ///
  /// The choice rests on the present numbers; whatever varies afterwards keeps it.
  ///
  /// - Parameters:
  ///   - reference: The reference particle at the start.
  ///   - slices: Of elements that name none.
  ///   - effects: Of the run; those that change the reference particle's energy matter.
  ///   - others: Lines of the same elements with other numbers, for which the choice must be good enough, too.
  public func choosingSteps(
    from reference: ReferenceParticle<Double>, slices: Int = 1,
    effects: [any CollectiveEffect] = [],
    alsoFor others: @autoclosure () -> [Beamline] = []
  ) -> Beamline {
    guard leavesStepsOpen else { return self }
    return taking(
      splittingChoices(
        from: reference, slices: slices, effects: effects, alsoFor: others(), ofOpen: true))
  }

  /// This beamline with the splittings of ``splittingChoices(from:slices:alsoFor:ofOpen:)``.
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

  /// True if some element leaves order or steps open.
  public var leavesStepsOpen: Bool {
    elements.contains { item in
      guard let split = item.element as? any SplitElement else { return false }
      return split.isSplit && !split.splitting.isNamed
    }
  }

  /// The splitting of every element that takes steps, by its index, with an estimate of its error.
  ///
  /// An element that is passed more than once is judged at the lowest and at the highest energy;
  /// the more demanding one counts.
  ///
  /// - Parameters:
  ///   - effects: Of the run; those that change the reference particle's energy matter.
  ///   - others: Lines of the same elements with other numbers; of each element the most demanding line counts.
  ///   - ofOpen: Only of elements that leave something open.
  public func splittingChoices(
    from start: ReferenceParticle<Double>, slices: Int = 1,
    effects: [any CollectiveEffect] = [],
    alsoFor others: @autoclosure () -> [Beamline] = [], ofOpen: Bool = false
  ) -> [(element: Int, choice: SplittingChoice)] {
    guard elements.contains(where: { ($0.element as? any SplitElement)?.isSplit == true }) else {
      return []
    }
    var known: [SplittingKey: SplittingChoice] = [:]
    var choices = ownChoices(from: start, slices: slices, effects, ofOpen: ofOpen, &known)
    for other in others() {
      for (index, choice) in other.ownChoices(
        from: start, slices: slices, effects, ofOpen: ofOpen, &known)
      where choices[index].map({ $0.demand < choice.demand }) ?? true {
        choices[index] = choice
      }
    }
    return choices.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The choices for the present numbers alone.
  ///
  /// - Parameter known: Those that have been tried out, for elements that are alike.
  private func ownChoices(
    from start: ReferenceParticle<Double>, slices: Int, _ effects: [any CollectiveEffect],
    ofOpen: Bool, _ known: inout [SplittingKey: SplittingChoice]
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
      if let choice = known[key] { return choice }
      let probe = SplittingProbe(
        element, slices: count, placement: item.placement, from: reference)
      let choice = probe.choose(element.splitting)
      known[key] = choice
      return choice
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
          // A beam that is stopped is said where it is tracked.
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

extension SplittingChoice {
  /// Of two choices for one element, the one to take has the larger: more kicks, or more error.
  fileprivate var demand: Double { Double(cost) * max(excess, 1) }
}

/// All that a choice depends on.
private struct SplittingKey: Hashable {
  let numbers: [Double]
  let splitting: Splitting
  let kind: String
  let model: Model

  init<E: SplitElement>(
    _ element: E, _ placement: Placement, _ slices: Int, _ reference: ReferenceParticle<Double>
  ) {
    var numbers = [
      placement.dx, placement.dy, placement.tilt, Double(slices), reference.species.mass,
      reference.species.chargeNumber, reference.kineticEnergyOverMass,
    ]
    // An element whose slices differ may ask for the time.
    if case .none = element.alikeSlices { numbers.append(reference.t) }
    for parameter in E.parameters.parameters {
      switch parameter.storage {
      case .real(let path, _): numbers.append(element[keyPath: path])
      case .vector(let path):
        numbers.append(Double(element[keyPath: path].count))
        numbers += element[keyPath: path]
      case .integer(let path, _, _): numbers.append(Double(element[keyPath: path]))
      case .chosen: break
      }
    }
    self.numbers = numbers
    splitting = element.splitting
    kind = E.kind
    model = element.model
  }
}
