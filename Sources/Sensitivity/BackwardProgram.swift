import AutoDiff
import BeamDynamics

/// What happens to a tile and its cotangents on the way back: the inverse of each map, in reverse
/// order.
struct BackwardProgram<C: SweepNumber>: Sendable {
  /// The derivative to one input, found at the image of a map.
  struct Slope: Sendable {
    let kernel: TangentKernel
    let slot: Int
  }

  enum Step: Sendable {
    /// A map without an input that varies.
    case move(TangentKernel)
    /// A map together with the derivative to one input.
    case moveWithSlope(TangentKernel, slot: Int)
    /// A map, then derivatives to inputs at the points that it came from.
    case moveThenSlopes(TangentKernel, [Slope])
    /// A map without an inverse: back to the kept points, cotangents by the local Jacobian.
    case restore(passage: Int, TangentKernel, [Slope])
    /// Momenta change their unit with the reference momentum.
    case scale(C)
    /// Particles that were lost in this passage live again.
    case revive(passage: Int, ParticleLoss.Cause)
    /// The objective's forces at these requests.
    case observe([Int])
  }

  /// A stretch between kicks.
  struct Segment: Sendable {
    /// In the order of going back.
    fileprivate(set) var steps: [Step]
    /// The kick before it, from which the particles came, and its passage.
    fileprivate(set) var kick: (inputs: KickInputs<C>, passage: Int)?
  }

  /// In the order of going back.
  private(set) var segments: [Segment] = []
  /// Behind the parameters' slots: numbers of the reference particle before passages.
  private(set) var referenceSlots: [(passage: Int, number: ReferenceNumber)] = []
  private let line: SweepBeamline<C>

  /// How many derivatives are summed.
  var slotCount: Int { line.parameters.count + referenceSlots.count }

  init(
    _ line: SweepBeamline<C>, _ forward: ForwardProgram<C>, _ requests: [ObservationRequest],
    energyVaries: Bool, charge: C
  ) {
    self.line = line
    var activity = ReferenceActivity(energyVaries: energyVaries)
    // Each group is in the order of going back; the groups are in the order of passing.
    var groups: [[Step]] = [observation(nil, requests)]
    var pending: AffineMap<C>?
    func flush() {
      guard let map = pending else { return }
      pending = nil
      if map.isIdentity { return }
      groups.append([.move(C.affineKernel(map.symplecticInverse))])
    }
    var kick: (inputs: KickInputs<C>, passage: Int)?
    func end() {
      segments.append(Segment(steps: groups.reversed().flatMap(\.self), kick: kick))
      groups = []
    }
    for (number, passage) in forward.passages.enumerated() {
      let item = line.beamline[place: passage.place]
      let before = forward.references[number]
      let after = forward.references[number + 1]
      guard let element = passage.element(of: line) else {
        flush()
        end()
        kick = (line.kickInputs(passage, before, charge: charge), number)
        continue
      }
      guard passage.isSlice else {
        flush()
        let felt = activity.felt(by: element, SliceInputs(Slice(), before.map { $0.plain }))
        groups.append(frameGroup(element, number, before, felt))
        continue
      }
      let ownVary = !line.ownParameters(at: passage.place).isEmpty
      let plain = line.inputs(at: passage.place, passage.slice, before.map { $0.plain }) {
        value, _ in value.plain
      }
      var atEnd = plain
      atEnd.reference = after.map { $0.plain }
      let felt = activity.felt(by: item.element, atEnd)
      activity.pass(item.element, plain, ownVary: ownVary)
      let placementVaries = !line.placementParameters(at: passage.place).isEmpty
      if item.element.isLinear, item.element.inversion == .backwardSlice, !ownVary,
        !placementVaries, felt.isEmpty, !passage.completes || item.placement.aperture == nil,
        before.kineticEnergyOverMass == after.kineticEnergyOverMass,
        !forward.changesEnergy(of: line, at: passage.place)
      {
        var map = pending ?? .identity
        map.follow(
          by: C.pointMap(
            item.element,
            SliceInputs(passage.slice, after.map { (u: C) in Tangent(u, tangent: .zero) })),
          in: item.placement.frame(of: Tangent<C>.self))
        pending = map
      } else {
        flush()
        groups.append(
          group(
            number, passage, before, after, felt,
            testsEnergy: forward.changesEnergy(of: line, at: passage.place)))
      }
      if passage.isEnd && passage.turn == line.turns {
        let observed = observation(passage.place, requests)
        if !observed.isEmpty {
          flush()
          groups.append(observed)
        }
      }
    }
    flush()
    end()
    segments.reverse()
  }

  private func observation(_ place: Int?, _ requests: [ObservationRequest]) -> [Step] {
    let numbers = requests.indices.filter { requests[$0].place == place }
    return numbers.isEmpty ? [] : [.observe(numbers)]
  }

  /// The way back through one passage.
  private mutating func group(
    _ number: Int, _ passage: Passage, _ before: ReferenceParticle<C>,
    _ after: ReferenceParticle<C>, _ felt: [ReferenceNumber], testsEnergy: Bool
  ) -> [Step] {
    let item = line.beamline[place: passage.place]
    var steps: [Step] = []
    // Leaving the frame is undone by entering it.
    steps += frameSteps(entering: true, at: passage.place)
    if passage.completes && item.placement.aperture != nil {
      steps.append(.revive(passage: number, .aperture))
    }
    if testsEnergy { steps.append(.revive(passage: number, .energy)) }
    let isLocal = item.element.inversion == .localJacobian
    // With its tangents: a gain of zero that varies has a second derivative.
    if !isLocal, before.kineticEnergyOverMass != after.kineticEnergyOverMass {
      steps.append(.scale(before.betaGamma / after.betaGamma))
    }
    let slice = isLocal ? passage.slice : passage.slice.reversed
    // A map takes the reference particle at its end: forward after, backward before the slice.
    // Where it varies, its inputs are those at the beginning, either way.
    var inputs: [(slot: Int, parameter: Int?, number: ReferenceNumber?)] =
      line.ownParameters(at: passage.place).map { ($0, $0, nil) }
    for reference in felt {
      inputs.append((slotCount, nil, reference))
      referenceSlots.append((number, reference))
    }
    func tangentInputs<T: RealScalar>(
      _ lift: @escaping (C, Bool) -> T, parameter: Int?, number: ReferenceNumber?
    ) -> SliceInputs<T> {
      var reference = before.map { lift($0, false) }
      number?.set(&reference) { _ in
        lift(number?.value(of: before) ?? .zero, true)
      }
      return line.inputs(at: passage.place, slice, reference, lift, along: parameter)
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
    return steps + frameSteps(entering: false, at: passage.place)
  }

  /// The way back through a change of frame, which feels the reference particle alone.
  private mutating func frameGroup(
    _ element: any Element, _ number: Int, _ reference: ReferenceParticle<C>,
    _ felt: [ReferenceNumber]
  ) -> [Step] {
    func kernel(_ varied: ReferenceNumber?) -> TangentKernel {
      var lifted = reference.map { (u: C) in Tangent(u, tangent: .zero) }
      varied?.set(&lifted) { Tangent($0.value, tangent: .one) }
      return C.tangentKernel(element, SliceInputs(Slice().reversed, lifted))
    }
    var slopes: [Slope] = []
    for number in felt.map({ (number, $0) }) {
      slopes.append(Slope(kernel: kernel(number.1), slot: slotCount))
      referenceSlots.append(number)
    }
    let main = kernel(nil)
    return [
      slopes.isEmpty ? .move(main) : .moveThenSlopes(main, slopes),
      .revive(passage: number, .domain),
    ]
  }

  private func frameSteps(entering: Bool, at place: Int) -> [Step] {
    func kernel(_ direction: Int?) -> TangentKernel? {
      line.placement(
        at: place, { (u: C, isVaried) in Tangent(u, tangent: isVaried ? .one : .zero) },
        along: direction
      ).map { C.frameKernel(entering: entering, dx: $0.dx, dy: $0.dy, tilt: $0.tilt) }
    }
    guard let main = kernel(nil) else { return [] }
    let slopes = line.placementParameters(at: place).compactMap { k in
      kernel(k).map { Slope(kernel: $0, slot: k) }
    }
    return slopes.isEmpty ? [.move(main)] : [.moveThenSlopes(main, slopes)]
  }
}
