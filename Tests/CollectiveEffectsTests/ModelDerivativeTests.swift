import AutoDiff
import BeamDynamics
import Communication
import Foundation
import Testing

@testable import CollectiveEffects

/// Derivatives of the models beside the three-dimensional mesh.
@Suite struct ModelDerivativeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var model: any SpaceChargeModel.Type
    var shape: ParticleShape
    var gather: ParticleShape?
    var box = MeshBox.following(padding: 1.1)
    var testDescription: String { "\(model.name) \(shape) \(gather?.name ?? "same") \(box)" }

    func makeKick() throws -> any CollectiveEffect {
      var options = SpaceChargeOptions()
      options.cells = [8, 9, 7]
      options.shape = shape
      options.gather = gather
      options.box = box
      options.bins = 6
      options.pipeRadius = 0.03
      return try model.init(options)
    }
  }

  static let cases: [Case] = [
    Case(model: PlanarSpaceCharge.self, shape: .linear),
    Case(model: PlanarSpaceCharge.self, shape: .quadratic, gather: .linear),
    Case(model: PlanarSpaceCharge.self, shape: .quadratic),
    Case(model: PlanarSpaceCharge.self, shape: .cubic),
    Case(
      model: PlanarSpaceCharge.self, shape: .cubic, box: .growing(padding: 1.1, factor: 1.1)),
    Case(
      model: PlanarSpaceCharge.self, shape: .quadratic,
      box: .fixed(x: -8e-3...8e-3, y: -12e-3...12e-3, z: 0...1)),
    Case(model: GaussianSpaceCharge.self, shape: .cubic),
    Case(model: LongBunchSpaceCharge.self, shape: .linear),
    Case(model: LongBunchSpaceCharge.self, shape: .quadratic, gather: .linear),
    Case(model: LongBunchSpaceCharge.self, shape: .cubic),
    Case(
      model: LongBunchSpaceCharge.self, shape: .cubic, box: .growing(padding: 1.1, factor: 1.1)),
    Case(
      model: LongBunchSpaceCharge.self, shape: .quadratic,
      box: .fixed(x: -8e-3...8e-3, y: -12e-3...12e-3, z: 0...1)),
  ]

  private func checks(_ test: Case) throws -> DerivativeChecks {
    let charge = test.model.isContinuous ? 2e-4 : 2e-12
    return DerivativeChecks(kick: try test.makeKick(), charge: charge, chargeScale: charge)
  }

  /// Steps of 1e-6 in all coordinates: roundings of 1e-16/1e-6 of what is differenced, and no kink is
  /// met.
  @Test(arguments: cases) func tangentsAreDifferences(test: Case) throws {
    let error = try checks(test).tangentError()
    #expect(error < 1e-6, "\(error)")
  }

  /// ⟨w, J u⟩ = ⟨Jᵀw, u⟩ over coordinates, length, energy and charge; and the way back restores the
  /// momenta.
  @Test(arguments: cases) func theWayBackIsTheTransposeOfTheTangents(test: Case) throws {
    let error = try checks(test).transposeError()
    #expect(error.product < 1e-12, "\(error)")
    #expect(error.restored < 1e-13, "\(error)")
  }

  /// Second derivatives.
  @Test(arguments: cases.filter { $0.shape == .cubic }) func theWayBackHasATangent(test: Case)
    throws
  {
    let error = try checks(test).secondError()
    #expect(error < 1e-6, "\(error)")
  }

  /// Where there is no kick, there are its derivatives: it is linear in the length, and grows from zero
  /// with the charge.
  @Test(arguments: SpaceChargeModels.all.map { Case(model: $0, shape: .cubic) }, [true, false])
  func whatIsZeroHasItsDerivatives(test: Case, isLength: Bool) throws {
    var checks = try checks(test)
    if isLength { checks.length = 0 } else { checks.charge = 0 }
    let error = try checks.tangentError()
    #expect(error < 1e-6, "\(error)")
    let transpose = try checks.transposeError()
    #expect(transpose.product < 1e-12, "\(transpose)")
  }
}
