import AutoDiff
import BeamDynamics
import CKernels
import LinearAlgebra

extension Benchmark {
  static let envelope = Benchmark(
    name: "envelope",
    summary: "envelopes with space charge through FODO cells, and the gradient's share"
  ) { settings, report in
    let processor = ck_pin_thread()
    defer { ck_unpin_thread() }
    report.heading("protons of 6.7 MeV in FODO cells, one thread, on processor \(processor)")
    for model in EnvelopeSpaceCharge.Model.allCases {
      let one = EnvelopeCase(cells: 1, slices: 50, model)
      try one.measure("fodo-\(model.rawValue)", settings, report, derivatives: 2)
      // A hundred cells of 10 slices per element: 200 quadrupoles, each with its own strength.
      let many = EnvelopeCase(cells: 100, slices: 10, model)
      try many.measure("fodo-100-\(model.rawValue)", settings, report, derivatives: 200)
    }
  }
}

/// A FODO line, and the beam that is matched to it.
private struct EnvelopeCase {
  let beamline: Beamline
  let options: EnvelopeOptions
  let start: EnvelopeStart<Double>
  let strengths: [BeamlineParameter]

  init(cells: Int, slices: Int, _ model: EnvelopeSpaceCharge.Model) {
    let k1 = 103.12574100336
    let elements = (0..<cells).flatMap { _ -> [any Element] in
      [
        Drift(length: 0.0744, model: .linear), Quadrupole(length: 0.061, k1: -k1, model: .linear),
        Drift(length: 0.1488, model: .linear), Quadrupole(length: 0.061, k1: k1, model: .linear),
        Drift(length: 0.0744, model: .linear),
      ]
    }
    beamline = Beamline(elements)
    strengths = elements.indices.filter { elements[$0] is Quadrupole }
      .map { BeamlineParameter(element: $0, .own(parameter: 1, entry: nil)) }
    var options = EnvelopeOptions()
    options.slices = slices
    options.moments = .none
    options.spaceCharge = EnvelopeSpaceCharge(model, slicing: .kickFirst)
    self.options = options
    var covariance = Matrix6<Double>.zero
    let (alpha, beta, emittance) = (2.4685083, 0.737881, 1e-6)
    for (q, sign) in [(0, -1.0), (2, 1.0)] {
      covariance[q, q] = beta * emittance
      covariance[q, q + 1] = sign * alpha * emittance
      covariance[q + 1, q] = sign * alpha * emittance
      covariance[q + 1, q + 1] = (1 + alpha * alpha) / beta * emittance
    }
    covariance[4, 4] = 1e-6
    covariance[5, 5] = 1e-9
    start = EnvelopeStart(
      reference: ReferenceParticle(species: .proton, kineticEnergy: 6.7), covariance: covariance,
      intensity: model == .planar ? 0.5 : 1e-11)
  }

  func measure(
    _ name: String, _ settings: Settings, _ report: Report, derivatives: Int
  ) throws {
    precondition(strengths.count == derivatives, "each quadrupole has a strength")
    var value = EnvelopeSweep(beamline, options: options, start: start, parameters: strengths)
    var gradient = EnvelopeSweep(
      beamline, options: options, start: start, parameters: strengths)
    gradient.recordsTrajectory = true
    // The objective: σ_x² + σ_y² at the end.
    var bar = Matrix6<Double>.zero
    bar[0, 0] = 1
    bar[2, 2] = 1
    let cotangents = [EnvelopeCotangent<Double>.zero, EnvelopeCotangent(covariance: bar)]
    let slices = beamline.count * options.slices
    // About 20 ms each.
    let repetitions = max(1, (options.spaceCharge?.model == .planar ? 200_000 : 20_000) / slices)
    var sum = 0.0
    // Other strengths each time, as an optimizer has them: only the drifts' maps are kept.
    let base = value.values
    let variations = [base, base.map { $0 * (1 + 1e-9) }]
    let pairs = try InterleavedPairs(count: settings.pairs) {
      try duration {
        for i in 0..<repetitions {
          gradient.values = variations[i % 2]
          _ = try gradient.run()
          sum += gradient.pullBack(cotangents).parameters[0]
        }
      } / Double(repetitions)
    } over: {
      try duration {
        for i in 0..<repetitions {
          value.values = variations[i % 2]
          sum += try value.run()[1].covariance[0, 0]
        }
      } / Double(repetitions)
    }
    guard sum.isFinite else { throw BenchmarkFailure("\(name): there is no number") }
    let subject = Subject(name: name, particles: 0)
    report.figure("evaluation", pairs.second.scaled(by: 1e6), "us", of: subject)
    report.figure(
      "evaluation per slice", pairs.second.scaled(by: 1e9 / Double(slices)), "ns", of: subject)
    report.figure("value and gradient", pairs.first.scaled(by: 1e6), "us", of: subject)
    report.ratio("gradient of \(derivatives) over value", pairs, of: subject)
  }
}
