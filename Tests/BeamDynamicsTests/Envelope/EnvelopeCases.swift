import AutoDiff
import BeamDynamics
import LinearAlgebra

/// The envelopes of envelopes.json.
struct EnvelopeCases: Decodable {
  let cases: [Case]
  let strengths: [Strengths]

  struct Case: Decodable {
    let name: String
    let species: String
    let kineticEnergy: Double
    let model: String
    let intensity: Double
    let slices: Int
    let lattice: [Piece]
    let entrance: [[Double]]
    let exit: [[Double]]
    let trace: [[Double]]
  }

  /// The objective of two quadrupoles.
  struct Strengths: Decodable {
    let k: [Double]
    let error: Double
    let slopes: [Double]
  }

  /// "drift" or "quad", length, k1.
  struct Piece: Decodable {
    let element: any Element

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      let kind = try list.decode(String.self)
      let length = try list.decode(Double.self)
      let k1 = try list.decode(Double.self)
      element =
        kind == "drift"
        ? Drift(length: length, model: .linear)
        : Quadrupole(length: length, k1: k1, model: .linear)
    }
  }
}

extension EnvelopeCases.Case {
  var options: EnvelopeOptions {
    var options = EnvelopeOptions()
    options.slices = slices
    options.spaceCharge = EnvelopeSpaceCharge.Model(rawValue: model)
      .map { EnvelopeSpaceCharge($0, slicing: .kickFirst) }
    return options
  }

  var beamline: Beamline { Beamline(lattice.map(\.element)) }

  var start: EnvelopeStart<Double> {
    EnvelopeStart(
      reference: ReferenceParticle(
        species: Species(named: species) ?? .proton, kineticEnergy: kineticEnergy),
      covariance: Matrix6 { entrance[$0][$1] }, intensity: intensity)
  }
}

/// The beam and the cell of R. Ryne et al., EPAC 2004, WEPLT047: protons of 6.7 MeV, 0.5 A, matched
/// in a FODO cell.
enum MatchedCell {
  static let k1 = 103.12574100336
  static let reference = ReferenceParticle<Double>(species: .proton, kineticEnergy: 6.7)

  static func beamline(_ k1: Double = -MatchedCell.k1, _ k2: Double = MatchedCell.k1) -> Beamline {
    Beamline([
      Drift(length: 0.0744, model: .linear), Quadrupole(length: 0.061, k1: k1, model: .linear),
      Drift(length: 0.1488, model: .linear), Quadrupole(length: 0.061, k1: k2, model: .linear),
      Drift(length: 0.0744, model: .linear),
    ])
  }

  /// The strengths of the two quadrupoles.
  static let strengths = [
    BeamlineParameter(element: 1, .own(parameter: 1, entry: nil)),
    BeamlineParameter(element: 3, .own(parameter: 1, entry: nil)),
  ]

  static let alpha = 2.4685083
  static let beta = 0.737881

  static var start: EnvelopeStart<Double> {
    let x = Twiss(beta: beta, alpha: alpha, emittance: 1e-6)
    let y = Twiss(beta: beta, alpha: -alpha, emittance: 1e-6)
    let shape = try? BeamShape(x: x, y: y, t: Twiss(beta: 0.5, emittance: 1e-12))
    return EnvelopeStart(
      reference: reference, covariance: shape?.covariance ?? .zero, intensity: 0.5)
  }

  /// (α_x − α_x0)² + (α_y − α_y0)² + (β_x − β_x0)² + (β_y − β_y0)²
  static func mismatch<C: RealScalar>(_ covariance: Matrix6<C>) -> C {
    var sum = C.zero
    for (q, alpha) in [(0, alpha), (2, -alpha)] {
      let emittance = C.sqrt(
        covariance[q, q] * covariance[q + 1, q + 1] - covariance[q, q + 1].squared)
      sum += (-covariance[q, q + 1] / emittance - alpha).squared
      sum += (covariance[q, q] / emittance - beta).squared
    }
    return sum
  }
}

/// The derivatives of a function of a covariance, as a symmetric matrix.
func cotangent<C: SweepScalar>(
  _ covariance: Matrix6<C>, _ function: (Matrix6<Tangent<C>>) -> Tangent<C>
) -> Matrix6<C> {
  var result = Matrix6<C>.zero
  for i in 0..<6 {
    for j in i..<6 {
      var direction = covariance.map { Tangent($0, tangent: .zero) }
      direction[i, j].tangent = .one
      direction[j, i].tangent = .one
      // A change of an entry and of its mirror image: each has half of it.
      let slope = function(direction).tangent
      result[i, j] = i == j ? slope : 0.5 * slope
      result[j, i] = result[i, j]
    }
  }
  return result
}
