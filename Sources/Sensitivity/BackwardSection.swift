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
    case revive(passage: Int, ParticleLoss.Cause)
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
            step, BeamlineElement("", gain.element), gain.values, active,
            testsEnergy: gain.element.frame == .fixedPosition))
      case .slice:
        let item = line.beamline.elements[passage.element]
        let values = line.elements[passage.element]
        let active = activity.activeNumbers(
          of: item.element, line.plainInputs(of: passage.element, passage.slice, step.after))
        activity.pass(step, of: line)
        let testsEnergy = energyChanges[passage.element]
        if item.element.isLinear, item.element.inversion == .backwardSlice, values.own.isEmpty,
          values.placed.isEmpty, active.isEmpty,
          !passage.completes || item.placement.aperture == nil,
          step.before.kineticEnergyOverMass == step.after.kineticEnergyOverMass, !testsEnergy
        {
          let map = C.affineMap(
            item.element, index: passage.element, SliceInputs(passage.slice, step.after),
            in: item.placement.frame(of: C.self), recordings)
          pending = pending?.followed(by: map) ?? map
        } else {
          flush()
          groups.append(group(step, item, values, active, testsEnergy: testsEnergy))
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
    _ step: SectionReferences<C>.Step, _ item: BeamlineElement, _ values: VariedElement<C>,
    _ active: [ReferenceNumber], testsEnergy: Bool
  ) -> [Step] {
    let (passage, before, after) = (step.passage, step.before, step.after)
    let number = passage.index
    var steps: [Step] = []
    // The inverse of leaving the frame is entering it.
    steps += frameSteps(entering: true, values)
    if passage.completes && item.placement.aperture != nil {
      steps.append(.revive(passage: number, .aperture))
    }
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
    var inputs: [(slot: Int, parameter: Int?, number: ReferenceNumber?)] =
      values.own.map { ($0, $0, nil) }
    for reference in active {
      inputs.append((slotCount, nil, reference))
      referenceSlots.append((number, reference))
    }
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
      return C.tangentKernel(item.element, inputs)
    }
    let main = tangent(nil, nil)
    if isLocal {
      steps.append(
        .restore(
          passage: number, main,
          inputs.map { Slope(kernel: tangent($0.parameter, $0.number), slot: $0.slot) }))
    } else if inputs.isEmpty {
      steps.append(.move(main))
    } else if inputs.count == 1,
      let pair = C.pairKernel(
        item.element,
        tangentInputs(
          { (u: C, isVaried) in TangentPair(u, .zero, isVaried ? .one : .zero) },
          parameter: inputs[0].parameter, number: inputs[0].number))
    {
      steps.append(.moveWithSlope(pair, slot: inputs[0].slot))
    } else {
      steps.append(
        .moveThenSlopes(
          main, inputs.map { Slope(kernel: tangent($0.parameter, $0.number), slot: $0.slot) }))
    }
    steps.append(.revive(passage: number, .domain))
    return steps + frameSteps(entering: false, values)
  }

  /// The backward steps of a change of frame, which depends on the reference particle only.
  private mutating func frameGroup(
    _ element: any Element, _ number: Int, _ reference: ReferenceParticle<C>,
    _ active: [ReferenceNumber]
  ) -> [Step] {
    func kernel(_ varied: ReferenceNumber?) -> TangentKernel {
      var lifted = reference.map { (u: C) in Tangent(u, tangent: .zero) }
      varied?.set(&lifted) { Tangent($0.value, tangent: .one) }
      return C.tangentKernel(element, SliceInputs(Slice().reversed, lifted))
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

  private func frameSteps(entering: Bool, _ values: VariedElement<C>) -> [Step] {
    func kernel(_ direction: Int?) -> TangentKernel? {
      values.placement(along: direction) { (u: C, isVaried) in
        Tangent(u, tangent: isVaried ? .one : .zero)
      }.map { C.frameKernel(entering: entering, dx: $0.dx, dy: $0.dy, tilt: $0.tilt) }
    }
    guard let main = kernel(nil) else { return [] }
    let slopes = values.placed.compactMap { number, _ in
      kernel(number).map { Slope(kernel: $0, slot: number) }
    }
    return slopes.isEmpty ? [.move(main)] : [.moveThenSlopes(main, slopes)]
  }
}
