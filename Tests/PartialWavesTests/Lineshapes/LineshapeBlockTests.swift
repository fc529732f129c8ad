import AutoDiff
import Testing

@testable import PartialWaves

/// Curves over blocks of events are what likelihoods use: lanes, compiled in the catalog.
struct LineshapeBlockTests {
  /// The points of all tests, block by block; the last one is repeated to the end.
  static let blocks: [[Double]] = {
    let points = LineshapeSample.points
    let capacity = EventBlock.capacity
    return stride(from: 0, to: points.count, by: capacity).map { start in
      (0..<capacity).map { points[min(start + $0, points.count - 1)] }
    }
  }()

  /// What a curve leaves behind: (2·components) planes.
  private func planes(
    _ components: Int, of curve: DynamicLineshape.BlockCurve, at block: [Double]
  ) -> [[Double]] {
    var memory = [Double](repeating: .nan, count: 2 * components * EventBlock.capacity)
    curve(block, &memory)
    return (0..<2 * components).map { plane in
      Array(memory[(plane * EventBlock.capacity)..<((plane + 1) * EventBlock.capacity)])
    }
  }

  /// Elementary functions of lanes differ from those of the system by two units of the last place.
  /// Where a root starts at a threshold, one unit of 1 − threshold/s is more of it; next to the
  /// thresholds the points stay 1e-3 away, where that is 1e-13 of the root.
  @Test(arguments: LineshapeSample.all)
  func lanesAgreeWithSinglePoints(_ sample: LineshapeSample) throws {
    let lineshape = try sample.dynamic()
    let curve = lineshape.onBlocks(lineshape.slots.map(\.value))
    for block in Self.blocks {
      let planes = planes(1, of: curve, at: block)
      for (i, s) in block.enumerated() {
        let exact = lineshape.amplitude(at: s)
        let tolerance = 1e-13 * (exact.magnitude + 1e-3)
        #expect((planes[0][i] - exact.real).magnitude <= tolerance, "s = \(s)")
        #expect((planes[1][i] - exact.imaginary).magnitude <= tolerance, "s = \(s)")
      }
    }
  }

  /// Every value and every derivative: one NaN in an event would be a NaN of the whole likelihood.
  @Test(arguments: LineshapeSample.all)
  func everythingIsFinite(_ sample: LineshapeSample) throws {
    let lineshape = try sample.dynamic()
    let values = lineshape.slots.map(\.value)
    for place in values.indices {
      let first = values.indices.map {
        TangentPair<Double>(values[$0], $0 == place ? 1 : 0, $0 == values.count - 1 ? 1 : 0)
      }
      let second = first.map {
        TangentPair<Tangent<Double>>(
          Tangent($0.value, tangent: 0.7), Tangent($0.first, tangent: 0),
          Tangent($0.second, tangent: 0))
      }
      for block in Self.blocks {
        for plane in planes(3, of: lineshape.onBlocksWithPairs(first), at: block)
          + planes(6, of: lineshape.onBlocksWithPairsAlong(second), at: block)
        {
          for (i, value) in plane.enumerated() where !value.isFinite {
            Issue.record("\(lineshape.slots[place].name) at s = \(block[i])")
          }
        }
      }
    }
  }

  /// Lanes carry the derivatives of the single number; the tolerance is that of the values, where
  /// the largest derivative of a point sets the scale.
  @Test(arguments: LineshapeSample.all)
  func lanesCarryTheDerivativesOfSinglePoints(_ sample: LineshapeSample) throws {
    let lineshape = try sample.dynamic()
    let values = lineshape.slots.map(\.value)
    let pairs = values.indices.map {
      TangentPair<Double>(values[$0], $0 % 2 == 0 ? 1 : 0.2, $0 % 3 == 0 ? -0.5 : 1)
    }
    let curve = lineshape.onBlocksWithPairs(pairs)
    let single = expected(sample.lineshape, sample.decay, pairs)
    for block in Self.blocks {
      let planes = planes(3, of: curve, at: block)
      for (i, s) in block.enumerated() {
        let exact = single(s)
        let components = [
          exact.real.value, exact.real.first, exact.real.second, exact.imaginary.value,
          exact.imaginary.first, exact.imaginary.second,
        ]
        let scale = components.map(\.magnitude).max() ?? 0
        for (plane, component) in zip(planes, components) {
          #expect((plane[i] - component).magnitude <= 1e-12 * (scale + 1e-3), "s = \(s)")
        }
      }
    }
  }

  private func expected<L: Lineshape>(
    _ lineshape: L, _ decay: TwoBodyDecay, _ values: [TangentPair<Double>]
  ) -> (Double) -> ComplexNumber<TangentPair<Double>> {
    let curve: Curve<TangentPair<Double>> = lineshape.curve(
      DynamicLineshape.lifted(lineshape, DynamicLineshape.slots(of: lineshape), values), decay)
    return { s in curve(TangentPair(s)) }
  }
}
