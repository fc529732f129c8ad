import AutoDiff
import BeamEnvelopes
import BeamTracking
import LinearAlgebra

/// The result of tracking an envelope, through which derivatives can be propagated backward.
struct EnvelopeEvaluation<C: SweepScalar> {
  private var sweep: EnvelopeSweep<C>
  private let observations: [EnvelopeObservation<C>]
  /// For each request, the index of its observation.
  private let numbers: [Int]

  init(
    sweep: EnvelopeSweep<C>, _ requests: [ObservationRequest], turns: Int
  ) throws {
    self.sweep = sweep
    observations = try self.sweep.run()
    var known: [Int: Int] = [:]
    for (number, observation) in observations.enumerated() {
      if let place = observation.place, observation.turn == turns { known[place] = number }
    }
    numbers = requests.map { request in request.place.flatMap { known[$0] } ?? 0 }
  }

  /// The observation for request `i`.
  func observation(ofRequest i: Int) -> EnvelopeObservation<C> { observations[numbers[i]] }

  /// Propagates the derivatives with respect to the observations backward, or only those of their
  /// matrices.
  mutating func pullBack(
    _ cotangents: [Cotangent<BeamObservation<C>>], matricesOnly: Bool
  ) -> EnvelopeGradient<C> {
    var all = observations.map { _ in EnvelopeCotangent<C>.zero }
    for (number, cotangent) in zip(numbers, cotangents) {
      if sweep.options.tracksTransferMatrix {
        all[number].transferMatrix =
          (all[number].transferMatrix ?? .zero) + cotangent.transferMatrix
      }
      if matricesOnly { continue }
      let old = all[number]
      all[number].mean = Vector6 { old.mean[$0] + cotangent.mean[$0] }
      // An entry of the upper triangle is the derivative with respect to both entries.
      all[number].covariance = Matrix6 { i, j in
        old.covariance[i, j]
          + (i == j ? 1 : 0.5) * cotangent.covariance[min(i, j), max(i, j)]
      }
      all[number].reference = ReferenceCotangent(cotangent)
    }
    return sweep.pullBack(all)
  }
}
