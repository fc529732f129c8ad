import AutoDiff
import BeamTracking
import LinearAlgebra

/// The map of a beamline about its design orbit to second order:
///
///     z′ᵢ = dᵢ + Σⱼ Rᵢⱼzⱼ + ½Σⱼₖ Tᵢⱼₖzⱼzₖ
///
/// It is computed from the generic formulas of the elements by differentiating twice. T is the full
/// second derivative, symmetric in j and k. (TRANSPORT and MAD write T without the factor ½, and
/// count each pair j < k once: K. L. Brown, SLAC-75 (1982), eq. 4.)
public struct SecondOrderMap: Sendable {
  /// d, the image of the origin.
  public private(set) var offset: Vector6<Double>
  /// R, in the order x, px, y, py, t, pt.
  public private(set) var matrix: Matrix6<Double>
  private var second: [Double]

  /// Tᵢⱼₖ = ∂²z′ᵢ/∂zⱼ∂zₖ, with indices from 0.
  public subscript(i: Int, j: Int, k: Int) -> Double { second[36 * i + 6 * j + k] }

  /// The map of one turn through a beamline.
  ///
  /// - Parameters:
  ///   - beamline: The beamline.
  ///   - reference: The reference particle at the start.
  ///   - defaultSlices: The number of slices of each element that names none (0).
  public init(
    _ beamline: Beamline, from reference: ReferenceParticle<Double>, slices defaultSlices: Int = 1
  ) {
    typealias Second = Tangent<Tangent<Double>>
    // One point for each pair of directions j ≤ k.
    let pairs = (0..<6).flatMap { j in (j..<6).map { (j, $0) } }
    var points = pairs.map { j, k in
      var z = PhaseSpace<Second>.zero
      z[j].value.tangent += 1
      z[k].tangent.value += 1
      return z
    }
    let beamline = beamline.choosingSteps(from: reference, slices: defaultSlices).asBuilt
    let recordings = SliceRecordings()
    var reference = reference
    for visit in Itinerary(beamline, slices: defaultSlices) {
      let item = beamline.elements[visit.element]
      let placed = VariedElement<Double>(item)
      for passage in visit {
        let before = reference
        reference = item.element.referenceAfter(SliceInputs(passage.slice, reference))
        let frame = placed.frame(
          SliceInputs(passage.slice, reference), from: before, to: reference
        ) { value, _ in value }?.map { Second($0) }
        let map = recordings.pointMap(
          of: item.element, index: visit.element,
          SliceInputs(passage.slice, reference.map { (number: Double) in Second(number) }))
        for n in points.indices {
          frame?.enter(&points[n])
          points[n] = map(points[n])
          frame?.leave(&points[n])
        }
      }
    }
    var matrix = Matrix6<Double>.zero
    var second = [Double](repeating: 0, count: 216)
    for ((j, k), z) in zip(pairs, points) {
      for i in 0..<6 {
        matrix[i, j] = z[i].value.tangent
        second[36 * i + 6 * j + k] = z[i].tangent.tangent
        second[36 * i + 6 * k + j] = z[i].tangent.tangent
      }
    }
    let first = points[0]
    offset = Vector6 { first[$0].value.value }
    self.matrix = matrix
    self.second = second
  }
}
