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
  /// The derivative of an envelope's charge to its magnitude, and of a bunch's.
  let sign: Double

  /// Takes the derivatives to ``beams`` back to what the passage began with.
  ///
  /// - Throws: `Interruption`
  consuming func pullBack(_ cotangents: [BeamObservation<C>]) throws -> DesignCotangents<C> {
    let sign = sign
    let isEnvelope = particles == nil
    let envelope = envelope
    var result: DesignCotangents<C>
    if let particles {
      let back = try particles.pullBack(cotangents)
      result = DesignCotangents(parameters: back.parameters)
      result.kineticEnergyOverMass = back.kineticEnergyOverMass
      result.intensity = sign * back.charge
      result.transform = back.transform
      result.mean = back.mean
      result.coordinates = back.coordinates
    } else {
      result = DesignCotangents(parameters: [])
    }
    guard var envelope else { return result }
    let back = envelope.pullBack(cotangents, matricesOnly: !isEnvelope)
    if isEnvelope {
      result = DesignCotangents(parameters: back.parameters)
      result.covariance = back.start.covariance
      result.mean = back.start.mean
      result.intensity = back.intensity
      for cotangent in cotangents { result.intensity += sign * cotangent.charge }
    } else {
      for k in result.parameters.indices { result.parameters[k] += back.parameters[k] }
    }
    result.kineticEnergyOverMass += back.start.reference.kineticEnergyOverMass
    return result
  }
}

/// The derivatives of an objective to what a passage began with.
struct DesignCotangents<C: DesignNumber> {
  /// In the order of the inputs' parameters.
  var parameters: [C]
  var kineticEnergyOverMass = C.zero
  /// To the magnitude of charge or current.
  var intensity = C.zero
  /// To A of ζ = A·ζ̂ + mean; nil where the beam is an envelope.
  var transform: Matrix6<C>?
  /// To the covariance, symmetric; nil where the beam consists of particles.
  var covariance: Matrix6<C>?
  var mean = Vector6<C>(repeating: .zero)
  var coordinates: [Vector6<C>] = []

  init(parameters: [C]) { self.parameters = parameters }
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
    _ cotangents: [BeamObservation<C>], matricesOnly: Bool
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
      all[number].reference = ReferenceCotangent(cotangent.reference)
    }
    return sweep.pullBack(all)
  }
}
