import AutoDiff
import BeamDynamics
import BeamSamples
import Documents
import LinearAlgebra
import Testing

/// The way back against the way forward, over the whole catalog.
@Suite struct EnvelopeAdjointTests {
  /// Everything that an envelope can depend on, as one list: first the parameters.
  private struct Inputs<C: SweepScalar> {
    var values: [C]
    var start: EnvelopeStart<C>

    /// Energy, time, intensity, mean, upper triangle of the covariance.
    static var startCount: Int { 3 + 6 + 21 }

    mutating func add(_ change: C, toStart number: Int) {
      switch number {
      case 0: start.reference.kineticEnergyOverMass += change
      case 1: start.reference.t += change
      case 2: start.intensity += change
      case 3..<9: start.mean[number - 3] += change
      default:
        let (i, j) = Self.pairs[number - 9]
        start.covariance[i, j] += change
        if i != j { start.covariance[j, i] += change }
      }
    }

    static var pairs: [(Int, Int)] { (0..<6).flatMap { i in (i..<6).map { (i, $0) } } }
  }

  /// A beam in all three dimensions, tilted and off the axis.
  private static func start(_ beam: TestBeam, _ charge: EnvelopeSpaceCharge?) -> EnvelopeStart<
    Double
  > {
    let sizes = [1e-3, 8e-4, 7e-4, 9e-4, 2e-3, 1e-3]
    let root = Matrix6<Double> { i, j in
      sizes[i] * (i == j ? 1 : i > j ? 0.3 / Double(1 + i + j) : 0)
    }
    let reference: ReferenceParticle<Double> = beam.reference()
    // Strong enough to change the beam's size by some ten percent over a metre.
    let b = reference.betaGamma
    let intensity = charge?.model == .spatial ? 3e-9 * b * b : 20 * b * b * b
    return EnvelopeStart(
      reference: reference, mean: [1e-3, -5e-4, 2e-4, 1e-3, -1e-3, 2e-3],
      covariance: root * root.transpose, intensity: intensity)
  }

  /// Some numbers between −1 and 1, different for each index.
  private static func weight(_ k: Int) -> Double {
    let x = 0.7548776662466927 * Double(k + 1)
    return 2 * (x - x.rounded(.down)) - 1
  }

  /// Weights of everything at the start, inside and at the end. Scaled, so that each quantity weighs
  /// about as much as the others.
  private static func cotangents(_ count: Int) -> [EnvelopeCotangent<Double>] {
    (0..<count).map { place in
      var k = 97 * place
      func next() -> Double {
        k += 1
        return weight(k)
      }
      func vector() -> Vector3<Double> { Vector3(next(), next(), next()) }
      let reference = ReferenceCotangent(
        kineticEnergyOverMass: next(), s: next(), t: next(), position: vector(),
        orientation: Orientation(right: vector(), up: vector(), forward: vector()))
      var covariance = Matrix6<Double>.zero
      for i in 0..<6 {
        for j in i..<6 {
          covariance[i, j] = 1e6 * next()
          covariance[j, i] = covariance[i, j]
        }
      }
      return EnvelopeCotangent(
        reference: reference, mean: Vector6 { _ in 1e3 * next() }, covariance: covariance,
        transferMatrix: Matrix6 { _, _ in next() })
    }
  }

  /// Σ weight·tangent, and the size of its terms, Σ|weight·tangent|. Where derivatives are zero by symmetry,
  /// terms of their maps cancel, for which a hundredth of the numbers themselves stands.
  private static func slope(
    _ places: [EnvelopeObservation<Tangent<Double>>], _ weights: [EnvelopeCotangent<Double>]
  ) -> (sum: Double, scale: Double) {
    var (sum, scale) = (0.0, 0.0)
    func add(_ weight: Double, _ value: Tangent<Double>) {
      sum += weight * value.tangent
      scale += abs(weight * value.tangent) + 0.01 * abs(weight * value.value)
    }
    func add(_ weight: Vector3<Double>, _ value: Vector3<Tangent<Double>>) {
      add(weight.x, value.x)
      add(weight.y, value.y)
      add(weight.z, value.z)
    }
    for (place, weight) in zip(places, weights) {
      let (r, w) = (place.reference, weight.reference)
      add(w.kineticEnergyOverMass, r.kineticEnergyOverMass)
      add(w.s, r.s)
      add(w.t, r.t)
      add(w.position, r.position)
      add(w.orientation.right, r.orientation.right)
      add(w.orientation.up, r.orientation.up)
      add(w.orientation.forward, r.orientation.forward)
      for i in 0..<6 {
        add(weight.mean[i], place.mean[i])
        for j in 0..<6 {
          add(weight.covariance[i, j], place.covariance[i, j])
          if let m = weight.transferMatrix, let value = place.transferMatrix {
            add(m[i, j], value[i, j])
          }
        }
      }
    }
    return (sum, scale)
  }

  /// Reverse and forward use the same local derivatives: they differ by roundings of sums, whose
  /// terms may exceed the result. In three dimensions the way back differentiates the integrals
  /// of the ellipsoid, and the way forward their quadrature, good to 1e-13 of its largest term: a
  /// relativistic bunch in its own frame is long, and what is left of them is a hundredth.
  @Test(arguments: catalogKinds)
  func everyDerivativeBackIsThatForward(_ name: String) throws {
    let charges: [EnvelopeSpaceCharge?] = [
      nil, EnvelopeSpaceCharge(.planar), EnvelopeSpaceCharge(.spatial, slicing: .kickFirst),
      EnvelopeSpaceCharge(.planar, slicing: .kickFirst), EnvelopeSpaceCharge(.spatial),
    ]
    let placements = [
      (slices: 3, Placement()), (slices: 3, Placement(dx: 1e-3, dy: -2e-3, tilt: 0.3)),
      (slices: 1, Placement()), (slices: 2, .displaced), (slices: 1, .displacedAtEntrance),
    ]
    func check<E: Element>(_: E.Type) throws {
      var worst = Worst()
      var worstSpatial = Worst()
      var number = 0
      for element in ElementSamples<E>().some(12) {
        number += 1
        let charge = charges[number % charges.count]
        let beam = TestBeam.allCases[number % TestBeam.allCases.count]
        let (slices, placement) = placements[number % placements.count]
        let beamline = Beamline(
          elements: [
            BeamlineElement("before", Drift(length: 0.1, model: .exact)),
            BeamlineElement("element", element, slices: slices, placement: placement),
          ], order: [0, 1, 0, 1])
        var options = EnvelopeOptions()
        options.slices = 2
        options.spaceCharge = charge
        options.tracksTransferMatrix = true
        options.observedPlaces = [1, 3]
        // Where the element is only shifted, its frame is the same in all slices.
        let parameters =
          beamline.parameters(ofElement: 1).filter {
            guard case .placed(let degree) = $0.site else { return true }
            return placement.isAligned || placement.isSpatial || degree.isTransverse
          } + beamline.parameters(ofElement: 0)
        let start = Self.start(beam, charge)
        // Recorded once for all directions.
        let recordings = SliceRecordings()
        var sweep = EnvelopeSweep(
          beamline, options: options, start: start, parameters: parameters, values: nil,
          recordings: recordings)
        sweep.recordsTrajectory = true
        sweep.differentiatesReference = true
        let weights = Self.cotangents(try sweep.run().count)
        let gradient = sweep.pullBack(weights)

        for k in 0..<parameters.count + Inputs<Double>.startCount {
          // Once for each sort of charge; after these, every element has five of the thirty.
          if k >= parameters.count, number > charges.count, (k + number) % 6 != 0 { continue }
          var inputs = Inputs(
            values: sweep.values.map { Tangent($0, tangent: 0) },
            start: EnvelopeStart(
              reference: start.reference.map { Tangent($0, tangent: 0) },
              mean: Vector6 { Tangent(start.mean[$0], tangent: 0) },
              covariance: start.covariance.map { Tangent($0, tangent: 0) },
              intensity: Tangent(start.intensity, tangent: 0)))
          let back: Double
          if k < parameters.count {
            inputs.values[k].tangent = 1
            back = gradient.parameters[k]
          } else {
            inputs.add(Tangent(0, tangent: 1), toStart: k - parameters.count)
            back = Self.entry(k - parameters.count, of: gradient)
          }
          var forward = EnvelopeSweep(
            beamline, options: options, start: inputs.start, parameters: parameters,
            values: inputs.values, recordings: recordings)
          let (sum, scale) = Self.slope(try forward.run(), weights)
          let name = "input \(k) of \(element), \(beam), \(charge as Any)"
          if charge?.model == .spatial {
            worstSpatial.record(back - sum, of: scale, name)
          } else {
            worst.record(back - sum, of: scale, name)
          }
        }
      }
      expect(worst, atMost: 1e-12)
      expect(worstSpatial, atMost: 4e-11)
    }
    try check(try kind(name))
  }

  private static func entry(_ number: Int, of gradient: EnvelopeGradient<Double>) -> Double {
    switch number {
    case 0: return gradient.start.reference.kineticEnergyOverMass
    case 1: return gradient.start.reference.t
    case 2: return gradient.intensity
    case 3..<9: return gradient.start.mean[number - 3]
    default:
      let (i, j) = Inputs<Double>.pairs[number - 9]
      return (i == j ? 1 : 2) * gradient.start.covariance[i, j]
    }
  }

  /// Inner slices of elements that say so are alike, and one slice does to the reference particle
  /// what several do.
  @Test(arguments: catalogKinds)
  func slicesThatAreCalledAlikeAreAlike(_ name: String) throws {
    func check<E: Element>(_: E.Type) throws {
      for element in ElementSamples<E>().all where element.equivalentSlices != .none {
        let count = 5
        var reference = MatchedCell.reference
        var first: Matrix6<Double>?
        let range = element.equivalentSlices == .inner ? 1..<count - 1 : 0..<count
        for i in 0..<count {
          let inputs = SliceInputs(Slice(index: i, of: count), reference)
          reference = element.referenceAfter(inputs)
          var map = AffineMap<Double>.identity
          map.follow(
            by: element.pointMap(
              SliceInputs(Slice(index: i, of: count), reference.map { Tangent($0) })), in: nil)
          guard range.contains(i) else { continue }
          if let first { #expect(first == map.matrix, "\(element), slice \(i)") }
          first = map.matrix
        }
        let whole = element.referenceAfter(SliceInputs(Slice(), MatchedCell.reference))
        #expect(whole.kineticEnergyOverMass == reference.kineticEnergyOverMass)
        // Sums of five against one product.
        #expect(abs(whole.s - reference.s) <= 1e-15)
        #expect(abs(whole.t - reference.t) <= 1e-14)
        #expect(abs(whole.position.x - reference.position.x) <= 1e-15)
        #expect(abs(whole.position.z - reference.position.z) <= 1e-15)
        #expect(abs(whole.orientation.forward.x - reference.orientation.forward.x) <= 1e-15)
      }
    }
    try check(try kind(name))
  }

  /// Forward over reverse: H·v is the change of the gradient along v, and H is symmetric.
  ///
  /// The central difference over ±h errs by h²/6 of third derivatives and by the gradient's rounding
  /// over h: with h = 1e-4 of the scale, about 1e-8.
  @Test(arguments: EnvelopeSpaceCharge.Model.allCases)
  func hessianVectorProductsAreDifferencesOfGradients(_ model: EnvelopeSpaceCharge.Model) throws {
    var options = EnvelopeOptions()
    options.slices = 5
    options.moments = .none
    options.spaceCharge = EnvelopeSpaceCharge(model)
    let beamline = MatchedCell.beamline()
    let parameters =
      MatchedCell.strengths + [
        BeamlineParameter(element: 2, .own(parameter: 0, entry: nil)),
        BeamlineParameter(element: 1, .placed(.tilt)), BeamlineParameter(element: 3, .placed(.dx)),
      ]
    let scales = [1.0, 1, 1e-3, 1e-2, 1e-3]
    var start = MatchedCell.start
    start.covariance[4, 4] = 1e-6
    start.covariance[5, 5] = 1e-6
    if model == .spatial { start.intensity = 1e-10 }

    func gradient<C: SweepScalar>(_ values: [C], _ lift: (Double) -> C) throws -> [C] {
      let lifted = EnvelopeStart(
        reference: start.reference.map(lift), mean: Vector6 { lift(start.mean[$0]) },
        covariance: start.covariance.map(lift), intensity: lift(start.intensity))
      var sweep = EnvelopeSweep(
        beamline, options: options, start: lifted, parameters: parameters, values: values)
      sweep.recordsTrajectory = true
      let end = try #require(try sweep.run().last)
      let bar = cotangent(end.covariance) { MatchedCell.mismatch($0) + 1e6 * $0[0, 2].squared }
      let cotangent = EnvelopeCotangent(
        mean: Vector6 { 2e6 * end.mean[$0] }, covariance: bar, transferMatrix: nil)
      return sweep.pullBack([.zero, cotangent]).parameters
    }
    let values = parameters.map { beamline[$0] }
    var hessian: [[Double]] = []
    for k in parameters.indices {
      let along = try gradient(
        values.enumerated().map { Tangent($1, tangent: $0 == k ? scales[k] : 0) }
      ) { Tangent($0, tangent: 0) }
      hessian.append(zip(along, scales).map { $0.tangent * $1 })
      let h = 1e-4
      func shifted(_ step: Double) throws -> [Double] {
        var moved = values
        moved[k] += step * scales[k]
        return try gradient(moved) { $0 }
      }
      let (up, down) = (try shifted(h), try shifted(-h))
      let size = hessian[k].reduce(0) { max($0, abs($1)) }
      for i in parameters.indices {
        let difference = (up[i] - down[i]) / (2 * h) * scales[i]
        #expect(abs(hessian[k][i] - difference) <= 1e-6 * size)
      }
    }
    for i in parameters.indices {
      for j in 0..<i {
        let size = max(abs(hessian[i][i]), abs(hessian[j][j]))
        #expect(abs(hessian[i][j] - hessian[j][i]) <= 1e-11 * size)
      }
    }
  }
}
