import AutoDiff
import BeamDynamics
import BeamMaps
import BeamSamples
import BeamTracking
import LinearAlgebra
import Testing

/// Tiles with second derivatives, moved by recorded formulas, against the maps of points.
@Suite struct RecordedTileMapTests {
  typealias Number = Tangent<Tangent<Double>>

  private static let reference = ReferenceParticle<Double>(
    species: .electron, kineticEnergy: 99.48900105)
  /// More than one block of particles, and no whole number of lanes.
  private static let particleCount = 75
  /// Lost before: it keeps its coordinates.
  private static let lost = 41

  /// Near the axis; every seventh far out, where many maps have no value.
  private func point(_ i: Int) -> PhaseSpace<Number> {
    let size = i % 7 == 3 ? 0.3 : 1e-3
    return PhaseSpace<Number> { (k: Int) -> Number in
      let step: Int = (i * (k + 3) + 5 * k) % 17 - 8
      let value = Tangent<Double>(size * Double(step) / 8, tangent: 1 - 0.3 * Double(k))
      let slope = 0.2 + 0.1 * Double((i + k) % 5)
      return Number(value, tangent: Tangent<Double>(slope, tangent: 0.05 * Double(k)))
    }
  }

  /// Inputs whose numbers vary in both directions.
  private func inputs(_ element: any Element) -> SliceInputs<Number> {
    var reference = Self.reference
    element.advance(&reference, over: Slice())
    let parameters = SliceParameters(element, SliceInputs(Slice(), reference))
    // The numbers of the reference particle come first.
    var referenceCount = 0
    _ = reference.map { number in
      referenceCount += 1
      return number
    }
    return parameters.inputs(
      with: parameters.values.enumerated().map { i, value in
        Number(
          Tangent(value, tangent: i < referenceCount ? 0 : 0.3 * value),
          tangent: Tangent(i == 0 ? 0.1 : 0, tangent: 0))
      })
  }

  /// The first sample of a kind, with its defaults, and the last, in its last model with numbers at random.
  private func samples(_ kind: any Element.Type) -> [any Element] {
    func all<E: Element>(_: E.Type) -> [any Element] { ElementSamples<E>().all }
    let all = all(kind)
    return Array(all.prefix(1) + all.dropFirst().suffix(1))
  }

  private func withTile(_ body: (inout Tile<Double>) -> Void) {
    let words = 4 * Tile<Double>.wordCount
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: words)
    memory.initialize(repeating: 0, count: words)
    defer { memory.deallocate() }
    for i in 0..<Self.particleCount {
      point(i).store(to: memory + i, stride: Tile<Double>.componentStride)
      let alive = Tile<Double>.alivePlane * Tile<Double>.capacity + i
      memory[alive] = i == Self.lost ? 0 : 1
    }
    var tile = Tile(base: memory, count: Self.particleCount, firstParticle: 0)
    body(&tile)
  }

  private func isClose(_ a: Double, _ b: Double, _ scale: Double) -> Bool {
    // A thousand roundings of the largest: structures and field maps take many steps.
    (a - b).magnitude <= 1000 * 0x1p-52 * scale || a.isNaN && b.isNaN
  }

  /// Expects of `kernel` what the recorded formula gives particle by particle.
  private func expectMoved(
    _ kernel: TangentKernel, _ moved: [(z: PhaseSpace<Number>, isInside: Bool)], _ name: String
  ) {
    withTile { tile in
      kernel(&tile)
      for i in 0..<Self.particleCount where i != Self.lost {
        #expect(tile.isAlive(i) == moved[i].isInside, "\(name), particle \(i)")
        let expected = moved[i].isInside ? moved[i].z : point(i)
        let z = PhaseSpace<Number>(loadedFrom: tile.base + i, stride: Tile<Double>.componentStride)
        for part in [\Number.value.value, \.value.tangent, \.tangent.value, \.tangent.tangent] {
          let scale = (0..<6).reduce(1) { max($0, expected[$1][keyPath: part].magnitude) }
          for k in 0..<6 {
            #expect(
              isClose(z[k][keyPath: part], expected[k][keyPath: part], scale),
              "\(name), particle \(i), coordinate \(k)")
          }
        }
      }
      let z = PhaseSpace<Number>(
        loadedFrom: tile.base + Self.lost, stride: Tile<Double>.componentStride)
      #expect((0..<6).allSatisfy { z[$0].value.value == point(Self.lost)[$0].value.value })
      #expect(tile.losses.count == moved.indices.count { $0 != Self.lost && !moved[$0].isInside })
    }
  }

  @Test(arguments: ElementCatalog.beamElements.kinds.indices)
  func everyTileIsMovedLikeItsPoints(kind: Int) {
    let recordings = SliceRecordings()
    for element in samples(ElementCatalog.beamElements.kinds[kind]) {
      let inputs = inputs(element)
      let formula = recordings.recording(of: element, inputs.map { $0.value.value }).formula
      let parameters = SliceParameters(element, inputs).values
      let moved = (0..<Self.particleCount).map { i in
        let result = formula(parameters: parameters, variables: (0..<6).map { point(i)[$0] })
        return (z: PhaseSpace { result.outputs[$0] }, isInside: result.isInside)
      }
      expectMoved(
        recordings.tangentKernel(of: element, index: nil, inputs), moved, "\(element)")
      if let compiled = element.tangentKernel(inputs) {
        expectMoved(compiled, moved, "\(element), compiled")
      }
    }
  }

  /// v ∧ u of the images of points: along a direction for each particle, and as a sum of what the
  /// element's numbers do.
  @Test(arguments: ElementCatalog.beamElements.kinds.indices)
  func everyProjectionIsThatOfItsPoints(kind: Int) {
    typealias Value = Tangent<Double>
    let recordings = SliceRecordings()
    let stride = Tile<Double>.componentStride
    for element in samples(ElementCatalog.beamElements.kinds[kind]) {
      let inputs = inputs(element)
      let formula = recordings.recording(of: element, inputs.map { $0.value.value }).formula
      let parameters = SliceParameters(element, inputs).values
      let kernel = recordings.tangentKernel(of: element, index: nil, inputs)
      withTile { tile in
        let points = UnsafeMutablePointer<Double>.allocate(capacity: 2 * Tile<Double>.wordCount)
        let results = UnsafeMutablePointer<Double>.allocate(capacity: 2 * Tile<Double>.wordCount)
        defer {
          points.deallocate()
          results.deallocate()
        }
        results.initialize(repeating: 0, count: 2 * Tile<Double>.wordCount)
        points.update(from: tile.base, count: 2 * Tile<Double>.wordCount)
        kernel.project(&tile, at: points, along: 3, to: results)
        let laneCount = Lanes<NativeDoubleShape.Shape>.laneCount
        let sums = UnsafeMutablePointer<Double>.allocate(capacity: 2 * laneCount)
        defer { sums.deallocate() }
        sums.initialize(repeating: 0, count: 2 * laneCount)
        kernel.slope(&tile, at: points, addingTo: sums)
        var (total, totalScale) = (Value.zero, 0.0)
        for i in 0..<Self.particleCount {
          let start = (0..<6).map { Number(point(i)[$0].value, tangent: $0 == 3 ? .one : .zero) }
          let image = formula(parameters: parameters, variables: start)
          let v = PhaseSpace<Value> { point(i)[$0].tangent }
          let u = PhaseSpace<Value> { image.outputs[$0].tangent }
          let counts = image.isInside && i != Self.lost
          let expected: Value = counts ? v.wedge(u) : .zero
          let found = Value.load(results + i, stride: stride)
          let scale = (0..<6).reduce(1) {
            max($0, u[$1].value.magnitude, u[$1].tangent.magnitude)
          }
          #expect(isClose(found.value, expected.value, scale), "\(element), particle \(i)")
          #expect(isClose(found.tangent, expected.tangent, scale), "\(element), particle \(i)")
          if !counts { continue }
          let still = (0..<6).map { Number(point(i)[$0].value, tangent: .zero) }
          let moved = formula(parameters: parameters, variables: still)
          let slope = PhaseSpace<Value> { moved.outputs[$0].tangent }
          total += v.wedge(slope)
          totalScale += (0..<6).reduce(1) {
            max($0, slope[$1].value.magnitude, slope[$1].tangent.magnitude)
          }
        }
        var sum = Value.zero
        for lane in 0..<laneCount { sum += Value.load(sums + lane, stride: laneCount) }
        #expect(isClose(sum.value, total.value, totalScale), "\(element)")
        #expect(isClose(sum.tangent, total.tangent, totalScale), "\(element)")
      }
    }
  }
}
