import AutoDiff
import BeamTracking

/// The steps of a tile and its cotangents backward through a section: the inverse of each map, in
/// reverse order.
struct BackwardSection<C: SweepScalar>: Sendable {
  /// The derivative with respect to one input, evaluated at the image of a map.
  struct Slope: Sendable {
    let kernel: TangentKernel
    let slot: Int
  }

  enum Step: Sendable {
    /// A map without an input that varies.
    case move(TangentKernel)
    /// A map together with the derivative with respect to one input.
    case moveWithSlope(TangentKernel, slot: Int)
    /// A map, then derivatives with respect to inputs, at the points before the map.
    case moveThenSlopes(TangentKernel, [Slope])
    /// A map without an inverse: restores the stored points, and propagates cotangents by the local
    /// Jacobian.
    case restore(passage: Int, TangentKernel, [Slope])
    /// Scales cotangents where the reference momentum changes.
    case scale(C)
    /// Revives the particles that were lost in this passage.
    case revive(passage: Int, ParticleLoss.Cause, PassageStage = .inside)
    /// Adds the derivatives of the objective at these requests.
    case observe([Int])
  }

  /// The steps, in the order of the backward pass.
  private(set) var steps: [Step] = []
  /// The slots after those of the parameters: variables of the reference particle before passages;
  /// nil for a gain of its energy.
  private(set) var referenceSlots: [(passage: Int, number: ReferenceNumber?)] = []
  private let line: VariedBeamline<C>
  private let recordings: SliceRecordings

  /// The number of derivatives that are summed.
  var slotCount: Int { line.parameters.count + referenceSlots.count }

  /// - Parameters:
  ///   - observed: For each request, the passage after which it was observed.
  ///   - activity: The variables of the reference particle that vary at the section's beginning.
  ///   - charge: Charge of a particle of weight 1 [C].
  init(
    _ line: VariedBeamline<C>, _ effects: VariedEffects<C>, charge: C,
    _ references: SectionReferences<C>,
    observed: [Int?], _ activity: ReferenceActivity, _ energyChanges: EnergyChanges,
    _ recordings: SliceRecordings
  ) {
    self.line = line
    self.recordings = recordings
    var activity = activity
    // Each group is in the order of the backward pass; the groups are in the order of the forward
    // pass.
    var groups: [[Step]] = []
    func observe(after passage: Int) {
      let numbers = observed.indices.filter { observed[$0] == passage }
      if !numbers.isEmpty { groups.append([.observe(numbers)]) }
    }
    var pending: AffineMap<C>?
    func flush() {
      guard let map = pending else { return }
      pending = nil
      if map.isIdentity { return }
      groups.append([.move(C.affineKernel(map.symplecticInverse))])
    }
    if references.steps.first?.passage.index ?? 0 == 0 { observe(after: -1) }
    if let place = references.energyChange {
      groups.append([.revive(passage: place.passage, .energy)])
    }
    for step in references.steps {
      let passage = step.passage
      switch passage.kind {
      case .effect: flush()
      case .frame(let isExit):
        flush()
        let frame = FixedTimeFrame(isExit: isExit)
        let active = activity.activeNumbers(of: frame, SliceInputs(Slice(), step.before.plain))
        groups.append(frameGroup(frame, passage.index, step.before, active))
      case .gain(let number):
        flush()
        let gain = effects.gain(
          of: number, passage, along: line, step.before, charge: charge, number: slotCount)
        referenceSlots.append((passage.index, nil))
        let active = activity.activeNumbers(of: gain.element, gain.plainInputs(step.after))
        activity.pass(step, of: line)
        groups.append(
          group(
            step, BeamlineElement("", gain.element), index: nil, gain.values, active,
            testsEnergy: gain.element.frame == .fixedPosition))
      case .slice:
        let item = line.beamline.elements[passage.element]
        let values = line.elements[passage.element]
        var active = activity.activeNumbers(
          of: item.element, line.plainInputs(of: passage.element, passage.slice, step.after))
        // The drifts of changes of frame depend on the velocity.
        if values.isSpatial, activity.varying.contains(.energy), !active.contains(.energy) {
          active.append(.energy)
        }
        activity.pass(step, of: line)
        let testsEnergy = energyChanges[passage.element]
        if item.element.isLinear, item.element.inversion == .backwardSlice, !values.isVaried,
          active.isEmpty,
          item.apertures(in: passage).isEmpty,
          step.before.kineticEnergyOverMass == step.after.kineticEnergyOverMass, !testsEnergy
        {
          let map = C.affineMap(
            item.element, index: passage.element, SliceInputs(passage.slice, step.after),
            in: values.frame(
              SliceInputs(passage.slice, step.after), from: step.before, to: step.after
            ) { value, _ in value }, recordings)
          pending = pending?.followed(by: map) ?? map
        } else {
          flush()
          groups.append(
            group(
              step, item, index: passage.element, values, active, testsEnergy: testsEnergy))
        }
        if observed.contains(passage.index) {
          flush()
          observe(after: passage.index)
        }
      }
    }
    flush()
    steps = groups.reversed().flatMap(\.self)
  }

  /// The backward steps of one passage.
  private mutating func group(
    _ step: SectionReferences<C>.Step, _ item: BeamlineElement, index: Int?,
    _ values: VariedElement<C>, _ active: [ReferenceNumber], testsEnergy: Bool
  ) -> [Step] {
    let (passage, before, after) = (step.passage, step.before, step.after)
    let number = passage.index
    var inputs: [Input] = values.own.map { Input(slot: $0, parameter: $0, number: nil) }
    for reference in active {
      inputs.append(Input(slot: slotCount, parameter: nil, number: reference))
      referenceSlots.append((number, reference))
    }
    let apertures = item.apertures(in: passage)
    func revive(_ isIncluded: (ApertureCrossing) -> Bool) -> [Step] {
      // Once for a stage: an element's own aperture and that of its placement have the same one.
      apertures.first(where: isIncluded)
        .map { [.revive(passage: number, .aperture, $0.stage)] } ?? []
    }
    var steps = revive { !$0.isEntrance && $0.isNominal }
    steps += frameSteps(.backThroughExit, step, item.element, values, inputs)
    steps += revive { !$0.isEntrance && !$0.isNominal }
    if testsEnergy { steps.append(.revive(passage: number, .energy)) }
    let isLocal = item.element.inversion == .localJacobian
    // The comparison includes tangents: a gain of zero that varies has a second derivative.
    if !isLocal, before.kineticEnergyOverMass != after.kineticEnergyOverMass {
      steps.append(.scale(before.betaGamma / after.betaGamma))
    }
    let slice = isLocal ? passage.slice : passage.slice.reversed
    // A map needs the reference particle at its end: after a forward slice, before a backward
    // slice. Where the reference particle varies, the inputs are its variables at the beginning in
    // both cases.
    func tangentInputs<T: RealScalar>(
      _ lift: (C, Bool) -> T, parameter: Int?, number: ReferenceNumber?
    ) -> SliceInputs<T> {
      var reference = before.map { lift($0, false) }
      number?.set(&reference) { _ in
        lift(number?.value(of: before) ?? .zero, true)
      }
      return values.inputs(slice, reference, along: parameter, lift)
    }
    func tangent(_ parameter: Int?, _ number: ReferenceNumber?) -> TangentKernel {
      var inputs = tangentInputs(
        { (u: C, isVaried) in Tangent(u, tangent: isVaried ? .one : .zero) },
        parameter: parameter, number: number)
      if isLocal { inputs.reference = C.referenceAfter(item.element, inputs) }
      return C.tangentKernel(item.element, index: index, inputs, recordings)
    }
    if isLocal {
      steps.append(
        .restore(
          passage: number, tangent(nil, nil),
          inputs.map { Slope(kernel: tangent($0.parameter, $0.number), slot: $0.slot) }))
    } else if inputs.isEmpty {
      steps.append(.move(tangent(nil, nil)))
    } else if inputs.count == 1 {
      let pair = C.pairKernel(
        item.element, index: index,
        tangentInputs(
          { (u: C, isVaried) in TangentPair(u, .zero, isVaried ? .one : .zero) },
          parameter: inputs[0].parameter, number: inputs[0].number), recordings)
      steps.append(.moveWithSlope(pair, slot: inputs[0].slot))
    } else {
      steps.append(
        .moveThenSlopes(
          tangent(nil, nil),
          inputs.map { Slope(kernel: tangent($0.parameter, $0.number), slot: $0.slot) }))
    }
    steps.append(.revive(passage: number, .domain))
    steps += revive { $0.isEntrance && !$0.isNominal }
    steps += frameSteps(.backThroughEntry, step, item.element, values, inputs)
    return steps + revive { $0.isEntrance && $0.isNominal }
  }

  /// The backward steps of a change of frame, which depends on the reference particle only.
  private mutating func frameGroup(
    _ element: any Element, _ number: Int, _ reference: ReferenceParticle<C>,
    _ active: [ReferenceNumber]
  ) -> [Step] {
    func kernel(_ varied: ReferenceNumber?) -> TangentKernel {
      var lifted = reference.map { (u: C) in Tangent(u, tangent: .zero) }
      varied?.set(&lifted) { Tangent($0.value, tangent: .one) }
      return C.tangentKernel(
        element, index: nil, SliceInputs(Slice().reversed, lifted), recordings)
    }
    var slopes: [Slope] = []
    for number in active.map({ (number, $0) }) {
      slopes.append(Slope(kernel: kernel(number.1), slot: slotCount))
      referenceSlots.append(number)
    }
    let main = kernel(nil)
    return [
      slopes.isEmpty ? .move(main) : .moveThenSlopes(main, slopes),
      .revive(passage: number, .domain),
    ]
  }

  /// The backward steps of a change of frame at one end of a slice.
  private func frameSteps(
    _ crossing: FrameCrossing, _ step: SectionReferences<C>.Step, _ element: any Element,
    _ values: VariedElement<C>, _ inputs: [Input]
  ) -> [Step] {
    func frame(_ parameter: Int?, _ number: ReferenceNumber?) -> SliceFrame<Tangent<C>>? {
      let lift = { (u: C, isVaried: Bool) in Tangent(u, tangent: isVaried ? .one : .zero) }
      var before = step.before.map { Tangent($0) }
      number?.set(&before) { Tangent($0.value, tangent: .one) }
      let inputs = values.inputs(step.passage.slice, before, along: parameter, lift)
      let after = values.isSpatial ? C.referenceAfter(element, inputs) : before
      return values.frame(inputs, from: before, to: after, along: parameter, lift)
    }
    guard let main = frame(nil, nil) else { return [] }
    // An error of alignment, and in a frame that depends on the body's shape and on the velocity,
    // any number.
    let varied =
      values.framed.map { Input(slot: $0, parameter: $0, number: nil) }
      + (values.isPlanar ? [] : inputs)
    let slopes = varied.compactMap { input -> Slope? in
      guard let frame = frame(input.parameter, input.number), frame.varies(C.self) else {
        return nil
      }
      return Slope(kernel: C.frameKernel(frame, crossing), slot: input.slot)
    }
    let kernel = C.frameKernel(main, crossing)
    var steps: [Step] = [slopes.isEmpty ? .move(kernel) : .moveThenSlopes(kernel, slopes)]
    if case .exact = main {
      let isExit = if case .backThroughExit = crossing { true } else { false }
      steps.append(
        .revive(passage: step.passage.index, .domain, isExit ? .leaving : .entering))
    }
    return steps
  }

  /// A number that varies, with respect to which the derivative is summed in a slot.
  private struct Input {
    let slot: Int
    /// The parameter of the evaluation, or else the variable of the reference particle.
    let parameter: Int?
    let number: ReferenceNumber?
  }
}

extension SliceFrame {
  /// True if a tangent of one of its numbers is not zero.
  fileprivate func varies<C: SweepScalar>(_: C.Type) -> Bool where S == Tangent<C> {
    var found = false
    _ = map { (number: S) -> S in
      if !number.tangent.vanishes { found = true }
      return number
    }
    return found
  }
}
