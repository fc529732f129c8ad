import AutoDiff
import BeamTracking
import LinearAlgebra

/// The properties of a beam at one place that an ``ObservationRequest`` asks for.
public struct BeamObservation<S: RealScalar>: Sendable {
  /// The centroid ⟨ζ⟩ in the order x, px, y, py, t, pt.
  public var mean: Vector6<S>
  /// The covariance ⟨(ζ − ⟨ζ⟩)(ζ − ⟨ζ⟩)ᵀ⟩; `covariance[.x, .y]` is ⟨xy⟩ about the mean.
  public var covariance: Matrix6<S>
  /// The reference particle.
  public var reference: ReferenceParticle<S>
  /// The transfer matrix from the start of the beamline; the identity if it was not requested.
  public var transferMatrix: Matrix6<S>
  /// The charge of the living particles, or of the envelope [C], with the species' sign; 0 for a
  /// continuous beam.
  public var charge: S
  /// For each screen, the fraction of the beam in each cell.
  public var densities: [[S]]
  /// For each function of the request, the sum of weight times its value over the particles living
  /// here, divided by the weight of all initial particles.
  public var averages: [S]
  /// The number of living macro-particles; nil for an envelope.
  public var particles: Int?

  /// An observation with these values.
  public init(
    mean: Vector6<S>, covariance: Matrix6<S>, reference: ReferenceParticle<S>,
    transferMatrix: Matrix6<S> = .identity, charge: S = .zero, densities: [[S]] = [],
    averages: [S] = [], particles: Int? = nil
  ) {
    self.mean = mean
    self.covariance = covariance
    self.reference = reference
    self.transferMatrix = transferMatrix
    self.charge = charge
    self.densities = densities
    self.averages = averages
    self.particles = particles
  }

  /// Sizes, emittances, ellipses and dispersion.
  public var secondMoments: SecondMoments<S> { SecondMoments(covariance) }
}

extension BeamObservation {
  /// All numbers in one list: mean 6, upper triangle of the covariance 21, reference particle 15,
  /// transfer matrix 36, charge, densities, averages.
  public var numbers: [S] {
    @_specialize(exported:false,where S == Double)
    @_specialize(exported:false,where S == Tangent<Double>)
    get {
      var list: [S] = []
      list.reserveCapacity(79 + averages.count + densities.reduce(0) { $0 + $1.count })
      for i in 0..<6 { list.append(mean[i]) }
      for i in 0..<6 { for j in i..<6 { list.append(covariance[i, j]) } }
      list += reference.numbers
      for k in 0..<36 { list.append(transferMatrix.entries[k]) }
      list.append(charge)
      for density in densities { list += density }
      return list + averages
    }
  }

  /// An observation of the same shape with the numbers of such a list.
  @_specialize(exported:false,where S == Double, T == Double)
  @_specialize(exported:false,where S == Double, T == Tangent<Double>)
  @_specialize(exported:false,where S == Tangent<Double>, T == Tangent<Double>)
  public func replacingNumbers<T: RealScalar>(by list: ArraySlice<T>) -> BeamObservation<T> {
    var rest = list
    func next() -> T { rest.removeFirst() }
    let mean = Vector6<T> { _ in next() }
    var covariance = Matrix6<T>.zero
    for i in 0..<6 {
      for j in i..<6 {
        let entry = next()
        covariance[i, j] = entry
        covariance[j, i] = entry
      }
    }
    let particle = reference.replacingNumbers(by: rest.prefix(15))
    rest = rest.dropFirst(15)
    let matrix = Matrix6<T> { _, _ in next() }
    let charge = next()
    let cells = densities.map { density in density.map { _ in next() } }
    return BeamObservation<T>(
      mean: mean, covariance: covariance, reference: particle, transferMatrix: matrix,
      charge: charge, densities: cells, averages: averages.map { _ in next() },
      particles: particles)
  }
}

extension ReferenceParticle {
  /// γ − 1, s, t, position, and the directions of x, y and of flight: 15 numbers.
  var numbers: [C] {
    [kineticEnergyOverMass, s, t]
      + [position, orientation.right, orientation.up, orientation.forward].flatMap {
        [$0.x, $0.y, $0.z]
      }
  }

  /// A particle of the same species with the numbers of such a list.
  func replacingNumbers<T: RealScalar>(by list: ArraySlice<T>) -> ReferenceParticle<T> {
    let n = Array(list)
    func vector(_ i: Int) -> Vector3<T> { Vector3(n[i], n[i + 1], n[i + 2]) }
    var particle = ReferenceParticle<T>(species: species, kineticEnergyOverMass: n[0])
    particle.s = n[1]
    particle.t = n[2]
    particle.position = vector(3)
    particle.orientation.right = vector(6)
    particle.orientation.up = vector(9)
    particle.orientation.forward = vector(12)
    return particle
  }
}
