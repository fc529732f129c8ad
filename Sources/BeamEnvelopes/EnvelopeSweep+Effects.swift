import AutoDiff
import BeamTracking
import LinearAlgebra

/// The action of a linear effect on an envelope, with its inputs, for the backward pass.
struct LinearKick<C: SweepScalar> {
  let effect: any LinearEffect
  let slice: EffectSlice<C>
  /// K, and ⟨ζ⟩ and Σ before it.
  let matrix: Matrix6<C>
  let mean: Vector6<C>
  let covariance: Matrix6<C>
  /// The number of repetitions before it.
  let repetitions: Int
  /// The passage before it, and the slice of the element that the effect stands for.
  let passage: Int
  let element: Int
  let part: Slice
}

extension EnvelopeSweep {
  /// Applies an effect to the envelope, for the length of a slice.
  mutating func act(
    _ effect: any LinearEffect, _ passage: Passage, _ element: any Element,
    _ reference: ReferenceParticle<C>
  ) {
    guard options.tracksEnvelope else { return }
    let slice = EffectSlice(
      length: kickLength(passage.element, passage.slice, element, reference),
      reference: reference, charge: reference.species.sign * start.intensity,
      curvature: reference.curvature(
        to: C.referenceAfter(
          element,
          SliceInputs(
            passage.slice, reference,
            substituting: elements[passage.element].substitutions))),
      place: EffectPlace(
        name: beamline.placeNames[passage.place], slice: passage.slice, turn: passage.turn,
        passage: passage.index))
    let (mean, covariance) = (trajectory.mean, trajectory.covariance)
    let matrix = effect.kickMatrix(mean: mean, covariance: covariance, slice)
    if recordsTrajectory {
      linearKicks.append(
        LinearKick(
          effect: effect, slice: slice, matrix: matrix, mean: mean, covariance: covariance,
          repetitions: trajectory.repetitions.count, passage: trajectory.lastPassage,
          element: passage.element,
          part: passage.slice))
    }
    trajectory.kick(by: matrix, movesMean: !effect.isAboutMean)
  }

  /// Propagates derivatives backward through some repetitions and the effects before each of them.
  mutating func goBack(
    through repetitions: Range<Int>, _ waiting: inout Int, _ back: inout AdjointState<C>,
    _ gradient: inout EnvelopeGradient<C>
  ) {
    var upper = repetitions.upperBound
    while waiting > 0, linearKicks[waiting - 1].repetitions >= repetitions.lowerBound {
      waiting -= 1
      let kick = linearKicks[waiting]
      trajectory.goBack(
        through: kick.repetitions..<upper, maps.matrices, maps.offsets, kicks, &back)
      goBack(through: kick, &back, &gradient)
      upper = kick.repetitions
    }
    trajectory.goBack(
      through: repetitions.lowerBound..<upper, maps.matrices, maps.offsets, kicks, &back)
  }

  /// Σ̄ ← KᵀΣ̄K and K̄ = 2Σ̄KΣ; if the effect moves the centroid, ⟨ζ⟩̄ ← Kᵀ⟨ζ⟩̄ and K̄ += ⟨ζ⟩̄⟨ζ⟩ᵀ.
  /// A tape of the formula propagates K̄ to its inputs.
  private func goBack(
    through kick: LinearKick<C>, _ back: inout AdjointState<C>,
    _ gradient: inout EnvelopeGradient<C>
  ) {
    let (k, transpose) = (kick.matrix, kick.matrix.transpose)
    let (cotangent, meanCotangent) = (back.covariance, back.mean)
    let product = C(2.0) * (cotangent * (k * kick.covariance))
    let moves = !kick.effect.isAboutMean
    let matrixCotangent =
      moves ? Matrix6<C> { i, j in product[i, j] + meanCotangent[i] * kick.mean[j] } : product
    let tape = Tape()
    let (sigma, mean, slice) = tape.record {
      let mean = Vector6<C.Recorded> { i in C.record(kick.mean[i], on: tape) }
      let triangle = Matrix6<C.Recorded> { i, j in
        i <= j ? C.record(kick.covariance[i, j], on: tape) : C.record(.zero, on: tape)
      }
      let inputs = kick.slice.map { C.record($0, on: tape) }
      let matrix = kick.effect.kickMatrix(
        mean: mean, covariance: Matrix6 { i, j in triangle[min(i, j), max(i, j)] }, inputs)
      tape.runBackward { seeds in
        for i in 0..<6 {
          for j in 0..<6 { C.seed(matrixCotangent[i, j], to: matrix[i, j], &seeds) }
        }
      }
      // An entry of the upper triangle is the derivative with respect to both entries.
      let sigma = Matrix6<C> { i, j in
        (i == j ? 1 : 0.5) * C.cotangent(of: triangle[min(i, j), max(i, j)], on: tape)
      }
      let toMean = Vector6<C> { i in C.cotangent(of: mean[i], on: tape) }
      return (sigma, toMean, EffectCotangents<C>(of: inputs, on: tape))
    }
    let before = moves ? transpose * meanCotangent : meanCotangent
    back.replace(
      covariance: transpose * (cotangent * k) + sigma, mean: Vector6<C> { i in before[i] + mean[i] }
    )
    gradient.intensity += kick.slice.reference.species.sign * slice.charge
    back.add(slice.kineticEnergyOverMass, to: .energy, afterPassage: kick.passage)
    back.add(slice.s, to: .path, afterPassage: kick.passage)
    back.add(slice.t, to: .time, afterPassage: kick.passage)
    let values = elements[kick.element]
    let still = kick.slice.reference.map { (u: C) in Tangent(u, tangent: .zero) }
    let element = beamline.elements[kick.element].element
    for parameter in values.own {
      let inputs = values.tangents(kick.part, still, along: parameter)
      let curvature = still.curvature(to: C.referenceAfter(element, inputs))
      let length = C.kickLength(element, inputs)
      // Each product with its type: the compiler takes seconds for the sum otherwise.
      let byLength: C = slice.length * length.tangent
      let byCurvature: C = slice.curvature * curvature.tangent
      gradient.parameters[parameter] += byLength + byCurvature
    }
  }
}
