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

  private(set) var steps: [Step] = []
  /// Before each passage, and at the end.
  private(set) var references: [ReferenceParticle<C>]
  let passages: [Passage]

  /// - Parameter keepsPoints: Whether the way back will need the coordinates before maps without an
  ///   inverse.
  /// - Throws: `StoppedBeam`
  init(
    _ line: SweepBeamline<C>, from start: ReferenceParticle<C>, _ requests: [ObservationRequest],
    keepsPoints: Bool
  ) throws(StoppedBeam) {
    passages = Passage.all(of: line)
    references = [start]
    let plain = start.map { $0.plain }
    let energyTest = TileKernel<Double>.energyTest(plain)
    steps.append(.move({ tile in energyTest(&tile) }, passage: -1, cause: .domain))
    observe(nil, requests)
    // Neighbours that are linear become one matrix, as in tracking, where nothing has a derivative.
    let merges = C.self == Double.self && !keepsPoints
    var pending: AffineMap<Double>?
    for (number, passage) in passages.enumerated() {
      let before = references[number]
      let element = line.beamline[place: passage.place].element
      let after = C.referenceAfter(
        element, line.inputs(at: passage.place, passage.slice, before))
      guard after.kineticEnergyOverMass.plain > 0 else {
        throw StoppedBeam(place: line.beamline.placeNames[passage.place])
      }
      references.append(after)
      if merges, element.isLinear, line.beamline[place: passage.place].placement.aperture == nil {
        var map = pending ?? .identity
        let item = line.beamline[place: passage.place]
        map.follow(
          by: element.pointMap(
            SliceInputs(passage.slice, after.map { Tangent($0.plain, tangent: 0) })),
          in: item.placement.frame(of: Tangent<Double>.self))
        pending = map
      } else {
        flush(&pending)
        append(line, number, passage, after, keepsPoints: keepsPoints)
      }
      let isEnd = passage.slice.isLast && passage.turn == line.turns
      if isEnd && requests.contains(where: { $0.place == passage.place }) {
        flush(&pending)
        observe(passage.place, requests)
      }
    }
    flush(&pending)
  }

  private mutating func observe(_ place: Int?, _ requests: [ObservationRequest]) {
    let numbers = requests.indices.filter { requests[$0].place == place }
    if !numbers.isEmpty { steps.append(.observe(numbers)) }
  }

  private mutating func flush(_ pending: inout AffineMap<Double>?) {
    guard let map = pending else { return }
    pending = nil
    if map.isIdentity { return }
    let kernel = TileKernel<Double>.affine(map)
    steps.append(.move({ tile in kernel(&tile) }, passage: -1, cause: .domain))
  }

  private mutating func append(
    _ line: SweepBeamline<C>, _ number: Int, _ passage: Passage, _ after: ReferenceParticle<C>,
    keepsPoints: Bool
  ) {
    let item = line.beamline[place: passage.place]
    let frame = line.placement(at: passage.place) { value, _ in value }
    if let frame { frameStep(entering: true, frame, number) }
    if keepsPoints && item.element.inversion == .localJacobian {
      steps.append(.keep(passage: number))
    }
    let kernel = C.forwardKernel(
      item.element, line.inputs(at: passage.place, passage.slice, after))
    steps.append(.move(kernel, passage: number, cause: .domain))
    if let aperture = item.placement.aperture {
      let test = TileKernel<Double>.test(aperture)
      steps.append(.move({ tile in test(&tile) }, passage: number, cause: .aperture))
    }
    if let frame { frameStep(entering: false, frame, number) }
  }

  private mutating func frameStep(
    entering: Bool, _ frame: (dx: C, dy: C, tilt: C), _ number: Int
  ) {
    let kernel = C.forwardFrame(
      entering: entering, dx: frame.dx, dy: frame.dy, tilt: frame.tilt)
    steps.append(.move(kernel, passage: number, cause: .domain))
  }
}
