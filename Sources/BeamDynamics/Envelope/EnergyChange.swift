import AutoDiff
import Documents

extension Element {
  /// Whether the reference particle may leave with another energy than it came with, if some of this
  /// element's parameters were different.
  ///
  /// It is found by arithmetic: a tangent that is not a number spreads to everything that is computed
  /// from it.
  func mayChangeEnergy(_ reference: ReferenceParticle<Double>) -> Bool {
    // Elements that have alike slices have promised not to.
    guard alikeSlices == .none else { return false }
    func varied(_ value: Double) -> Tangent<Double> { Tangent(value, tangent: .nan) }
    var substitutions: [ParameterSubstitution<Tangent<Double>>] = []
    for (number, parameter) in Self.parameters.parameters.enumerated() {
      switch parameter.storage {
      case .real(let path, _):
        substitutions.append(
          ParameterSubstitution(parameter: number, value: varied(self[keyPath: path])))
      case .vector(let path):
        for (entry, value) in self[keyPath: path].enumerated() {
          substitutions.append(
            ParameterSubstitution(parameter: number, entry: entry, value: varied(value)))
        }
      case .integer, .chosen: break
      }
    }
    var inputs = SliceInputs(
      Slice(), reference.map { Tangent($0, tangent: 0) }, substituting: substitutions)
    inputs.reference.t = varied(inputs.reference.t.value)
    let energy = referenceAfter(inputs).kineticEnergyOverMass
    return energy.tangent.isNaN || energy.value != reference.kineticEnergyOverMass
  }
}
