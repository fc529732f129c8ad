import AutoDiff
import BeamDynamics

/// What happens to a tile on its way through a beamline.
struct ForwardProgram<C: SweepNumber>: Sendable {
  enum Step: Sendable {
    /// A map, or an aperture, in the passage of this number.
    case move(ForwardKernel, passage: Int, cause: ParticleLoss.Cause)
    /// The particles are kept: the map of this passage has no inverse.
    case keep(passage: Int)
    /// The requests of these numbers are served.
    case observe([Int])
  }

  /// A stretch that each tile passes without waiting for the others.
  struct Segment: Sendable {
    fileprivate(set) var steps: [Step] = []
    /// The passage before it.
    let start: Int
    /// The kick at its end, if there is one.
    fileprivate(set) var kick: KickInputs<C>?
    /// The numbers of the requests that are served in it.
    var requests: [Int] {
      steps.flatMap { step -> [Int] in
        if case .observe(let numbers) = step { return numbers }
        return []
      }
    }
  }

  private(set) var segments = [Segment(start: -1)]
  /// Before each passage, and at the end.
  private(set) var references: [ReferenceParticle<C>]
  let passages: [Passage]
  private var energyChanges: EnergyChanges

  /// - Parameters:
  ///   - charge: Of a particle of weight 1 [C].
  ///   - keepsPoints: Whether the way back will need the coordinates before maps without an inverse.
  /// - Throws: `StoppedBeam`
  init(
    _ line: SweepBeamline<C>, from start: ReferenceParticle<C>, charge: C,
    _ requests: [ObservationRequest], keepsPoints: Bool
  ) throws(StoppedBeam) {
    passages = Passage.all(of: line)
    energyChanges = EnergyChanges(line.beamline)
    references = [start]
    let plain = start.map { $0.plain }
    let energyTest = TileKernel<Double>.energyTest(plain)
    add(.move({ tile in energyTest(&tile) }, passage: -1, cause: .energy))
    observe(nil, requests)
    // Neighbours that are linear become one matrix, as in tracking, where nothing has a derivative.
    let merges = C.self == Double.self && !keepsPoints
    var pending = LinearStretch()
    for (number, passage) in passages.enumerated() {
      let before = references[number]
      guard let element = passage.element(of: line) else {
        references.append(before)
        flush(&pending, before: number)
        if line.kick?.frame != .fixedTime { addReachTest(number) }
        segments[segments.count - 1].kick = line.kickInputs(passage, before, charge: charge)
        segments.append(Segment(start: number))
        continue
      }
      guard passage.isSlice else {
        references.append(before)
        flush(&pending, before: number)
        if !passage.returns { addReachTest(number) }
        append(element, SliceInputs(passage.slice, before), number)
        continue
      }
      let after = C.referenceAfter(
        element, line.inputs(at: passage.place, passage.slice, before))
      guard after.kineticEnergyOverMass.plain > 0 else {
        throw StoppedBeam(place: line.beamline.placeNames[passage.place])
      }
      references.append(after)
      let stops = passage.completes && line.beamline[place: passage.place].placement.aperture != nil
      let changesEnergy = energyChanges.include(
        line.beamline.order[passage.place], line.beamline[place: passage.place].element,
        at: after.map { $0.plain })
      if merges, element.isLinear, !stops, !changesEnergy {
        pending.append(
          line.beamline[place: passage.place],
          SliceInputs(passage.slice, after.map { $0.plain }))
      } else {
        flush(&pending, before: number)
        append(line, number, passage, after, keepsPoints: keepsPoints)
      }
      let isEnd = passage.isEnd && passage.turn == line.turns
      if isEnd && requests.contains(where: { $0.place == passage.place }) {
        flush(&pending, before: number + 1)
        observe(passage.place, requests)
      }
      // As in tracking, no stretch reaches into the next turn.
      if passage.isEnd && passage.place == line.beamline.count - 1 {
        flush(&pending, before: number + 1)
      }
    }
    flush(&pending, before: passages.count)
  }

  private mutating func add(_ step: Step) { segments[segments.count - 1].steps.append(step) }

  /// Before a kick and its frame, as in tracking.
  private mutating func addReachTest(_ number: Int) {
    let test = TileKernel<Double>.reachTest
    add(.move({ tile in test(&tile) }, passage: number, cause: .overflow))
  }

  private mutating func observe(_ place: Int?, _ requests: [ObservationRequest]) {
    let numbers = requests.indices.filter { requests[$0].place == place }
    if !numbers.isEmpty { add(.observe(numbers)) }
  }

  /// Whether the element at a place changes the energy of particles.
  func changesEnergy(of line: SweepBeamline<C>, at place: Int) -> Bool {
    energyChanges[line.beamline.order[place]]
  }

  private mutating func flush(_ pending: inout LinearStretch, before passage: Int) {
    guard let kernel: TileKernel<Double> = pending.takeKernel() else { return }
    add(.move({ tile in kernel(&tile) }, passage: passage - 1, cause: .domain))
  }

  private mutating func append(
    _ line: SweepBeamline<C>, _ number: Int, _ passage: Passage, _ after: ReferenceParticle<C>,
    keepsPoints: Bool
  ) {
    let item = line.beamline[place: passage.place]
    let frame = line.placement(at: passage.place) { value, _ in value }
    if let frame { frameStep(entering: true, frame, number) }
    if keepsPoints && item.element.inversion == .localJacobian {
      add(.keep(passage: number))
    }
    append(item.element, line.inputs(at: passage.place, passage.slice, after), number)
    if changesEnergy(of: line, at: passage.place) {
      let test = TileKernel<Double>.energyTest(after.map { $0.plain })
      add(.move({ tile in test(&tile) }, passage: number, cause: .energy))
    }
    if passage.completes, let aperture = item.placement.aperture {
      let test = TileKernel<Double>.test(aperture)
      add(.move({ tile in test(&tile) }, passage: number, cause: .aperture))
    }
    if let frame { frameStep(entering: false, frame, number) }
  }

  private mutating func append(
    _ element: any Element, _ inputs: SliceInputs<C>, _ number: Int
  ) {
    add(.move(C.forwardKernel(element, inputs), passage: number, cause: .domain))
  }

  private mutating func frameStep(
    entering: Bool, _ frame: (dx: C, dy: C, tilt: C), _ number: Int
  ) {
    let kernel = C.forwardFrame(
      entering: entering, dx: frame.dx, dy: frame.dy, tilt: frame.tilt)
    add(.move(kernel, passage: number, cause: .domain))
  }
}
