import AutoDiff
import BeamDynamics
import LinearAlgebra

/// A beam that has passed the beamline, from which derivatives go back.
struct DesignPassage<C: DesignNumber> {
  /// nil where an envelope was taken through.
  let particles: ParticlePassage<C>?
  /// nil where it was not needed.
  let envelope: EnvelopePassage<C>?
  /// In the order of the requests.
  let beams: [BeamObservation<C>]
  let species: Species
  let isContinuous: Bool

  /// Takes the derivatives to ``beams`` back to what the passage began with.
  ///
  /// - Throws: `Interruption`
  consuming func pullBack(
    _ cotangents: [Cotangent<BeamObservation<C>>]
  ) throws -> SweepCotangents<C> {
    let (species, isContinuous, isEnvelope) = (species, isContinuous, particles == nil)
    let envelope = envelope
    var result = try particles?.pullBack(cotangents) ?? SweepCotangents(parameters: [])
    guard var envelope else { return result }
    let back = envelope.pullBack(cotangents, matricesOnly: !isEnvelope)
    if isEnvelope {
      result.parameters = back.parameters
      result.covariance = back.start.covariance
      result.mean = back.start.mean
      result.charge = species.sign * back.intensity
      if !isContinuous { for cotangent in cotangents { result.charge += cotangent.charge } }
    } else {
      for k in result.parameters.indices { result.parameters[k] += back.parameters[k] }
    }
    result.kineticEnergyOverMass += back.start.reference.kineticEnergyOverMass
    return result
  }
}

/// An envelope that has passed the beamline.
struct EnvelopePassage<C: DesignNumber> {
  private var sweep: EnvelopeSweep<C>
  private let observations: [EnvelopeObservation<C>]
  /// For each request, the number of its observation.
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

  /// What was asked for by request `i`.
  func observation(ofRequest i: Int) -> EnvelopeObservation<C> { observations[numbers[i]] }

  /// Takes the derivatives to the requests' answers back, or of their matrices only.
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
      // An entry of the upper triangle stands for both.
      all[number].covariance = Matrix6 { i, j in
        old.covariance[i, j]
          + (i == j ? 1 : 0.5) * cotangent.covariance[min(i, j), max(i, j)]
      }
      all[number].reference = ReferenceCotangent(cotangent)
    }
    return sweep.pullBack(all)
  }
}
