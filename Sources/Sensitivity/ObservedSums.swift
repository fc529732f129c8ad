import AutoDiff
import BeamTracking
import Communication
import LinearAlgebra

/// The sums over the living particles of one or more tiles for one request.
struct ObservedSums<C: SweepScalar>: Mergeable, Sendable {
  /// Σw of the living particles; if all weights are equal, particles count 1 each.
  private(set) var weight = 0.0
  private(set) var count = 0
  /// Without derivatives, the moments: just as they are observed in tracking, to the last bit.
  private var plain: Moments?
  private var meanWithDerivatives = Vector6<C>(repeating: .zero)
  private var productsWithDerivatives = InlineArray<21, C>(repeating: .zero)
  /// Σw times the fraction in each cell of each screen, then Σw times each function.
  var values: [C]

  init(_ request: ObservationRequest) {
    values = [C](
      repeating: .zero,
      count: request.screens.reduce(0) { $0 + $1.cellCount } + request.averages.count)
  }

  /// Σwζ/Σw; undefined if the weight is 0.
  var mean: Vector6<C> {
    guard let mean = plain?.mean else { return meanWithDerivatives }
    return Vector6 { i in C(mean[i]) }
  }

  /// Σw(ζᵢ − ⟨ζᵢ⟩)(ζⱼ − ⟨ζⱼ⟩), the upper triangle row by row.
  var products: InlineArray<21, C> {
    guard let products = plain?.products else { return productsWithDerivatives }
    return InlineArray { k in C(products[k]) }
  }

  /// With derivatives, products about the common mean, as in `Moments`.
  mutating func merge(_ later: Self) {
    for i in values.indices { values[i] += later.values[i] }
    count += later.count
    guard later.weight > 0 else { return }
    guard weight > 0 else {
      weight = later.weight
      plain = later.plain
      meanWithDerivatives = later.meanWithDerivatives
      productsWithDerivatives = later.productsWithDerivatives
      return
    }
    if let laterPlain = later.plain {
      plain?.merge(laterPlain)
      weight = plain?.weight ?? 0
      return
    }
    let share = later.weight / (weight + later.weight)
    let difference = Vector6<C> { i in later.meanWithDerivatives[i] - meanWithDerivatives[i] }
    for i in 0..<6 {
      for j in i..<6 {
        let k = Moments.index(i, j)
        let moved = (weight * share) * (difference[i] * difference[j])
        productsWithDerivatives[k] =
          productsWithDerivatives[k] + later.productsWithDerivatives[k] + moved
      }
      meanWithDerivatives[i] += share * difference[i]
    }
    weight += later.weight
  }

  /// The sums over one tile.
  init(_ tile: borrowing Tile<Double>, _ request: ObservationRequest, hasUniformWeights: Bool) {
    self.init(request)
    collectMoments(tile, hasUniformWeights: hasUniformWeights)
    if !values.isEmpty {
      collectValues(tile, request, hasUniformWeights: hasUniformWeights)
    }
  }

  private mutating func collectMoments(
    _ tile: borrowing Tile<Double>, hasUniformWeights: Bool
  ) {
    if C.self == Double.self {
      let moments = Moments(of: tile, hasUniformWeights: hasUniformWeights)
      weight = moments.weight
      count = moments.count
      plain = moments
      return
    }
    let capacity = Tile<Double>.capacity
    count = tile.aliveCount
    guard
      let first = (0..<tile.count).first(where: {
        tile.base[Tile<Double>.alivePlane * capacity + $0] != 0
      })
    else { return }
    let centre = Vector6<Double> { i in tile.base[i * capacity + first] }
    let reader = GroupReader<C>(tile, hasUniformWeights: hasUniformWeights)
    let zero = C.Four.zero
    var sums = Vector6<C.Four>(repeating: zero)
    var squares = InlineArray<21, C.Four>(repeating: zero)
    var total = zero
    for offset in Swift.stride(from: 0, to: tile.count, by: C.Four.laneCount) {
      let w = reader.weight(offset)
      let z = reader.point(offset)
      let d = Vector6<C.Four> { i in z[i] - centre[i] }
      total += w
      var k = 0
      for i in 0..<6 {
        let wd = w * d[i]
        sums[i] += wd
        for j in i..<6 {
          squares[k] += wd * d[j]
          k += 1
        }
      }
    }
    weight = reader.laneSum(total).plain
    guard weight > 0 else { return }
    let shift = Vector6<C> { i in reader.laneSum(sums[i]) / weight }
    meanWithDerivatives = Vector6 { i in shift[i] + centre[i] }
    var k = 0
    for i in 0..<6 {
      for j in i..<6 {
        productsWithDerivatives[k] = reader.laneSum(squares[k]) - weight * (shift[i] * shift[j])
        k += 1
      }
    }
  }

  private mutating func collectValues(
    _ tile: borrowing Tile<Double>, _ request: ObservationRequest, hasUniformWeights: Bool
  ) {
    let reader = GroupReader<C>(tile, hasUniformWeights: hasUniformWeights)
    for i in 0..<tile.count {
      let w = reader.particleWeight(i)
      if w == 0 { continue }
      let z = reader.particle(i)
      var first = 0
      for screen in request.screens {
        screen.deposit(z, weight: w, value: { $0.plain }, into: &values, from: first)
        first += screen.cellCount
      }
      for (k, function) in request.averages.enumerated() {
        values[first + k] += w * function(z)
      }
    }
  }
}

extension ObservedSums: Packable {
  func pack(into message: inout [UInt8]) {
    weight.pack(into: &message)
    count.pack(into: &message)
    (plain ?? Moments()).pack(into: &message)
    for i in 0..<6 { meanWithDerivatives[i].pack(into: &message) }
    for k in 0..<21 { productsWithDerivatives[k].pack(into: &message) }
    values.pack(into: &message)
  }

  init(unpacking message: inout PackedValues) {
    weight = Double(unpacking: &message)
    count = Int(unpacking: &message)
    let moments = Moments(unpacking: &message)
    plain = C.self == Double.self && weight > 0 ? moments : nil
    for i in 0..<6 { meanWithDerivatives[i] = C(unpacking: &message) }
    for k in 0..<21 { productsWithDerivatives[k] = C(unpacking: &message) }
    values = [C](unpacking: &message)
  }
}

/// Reads the particles of a tile with their tangents.
struct GroupReader<C: SweepScalar> {
  private let base: UnsafeMutablePointer<Double>
  private let hasUniformWeights: Bool
  private var stride: Int { Tile<Double>.componentStride }
  private var capacity: Int { Tile<Double>.capacity }

  init(_ tile: borrowing Tile<Double>, hasUniformWeights: Bool) {
    base = tile.base
    self.hasUniformWeights = hasUniformWeights
  }

  /// The coordinates of the group that begins at particle `i`.
  @inline(__always)
  func point(_ i: Int) -> PhaseSpace<C.Four> {
    PhaseSpace(loadedFrom: base + i, stride: stride)
  }

  /// The weights of that group: 1 each if all weights are equal, 0 for lost particles.
  @inline(__always)
  func weight(_ i: Int) -> C.Four {
    let alive = C.Four.load(base + (Tile<Double>.alivePlane * capacity + i), stride: stride)
    let weight =
      hasUniformWeights
      ? .one : C.Four.load(base + (Tile<Double>.weightPlane * capacity + i), stride: stride)
    return C.Four.select(.zero < alive, weight, .zero)
  }

  func particle(_ i: Int) -> PhaseSpace<C> { PhaseSpace(loadedFrom: base + i, stride: stride) }

  func particleWeight(_ i: Int) -> Double {
    if base[Tile<Double>.alivePlane * capacity + i] == 0 { return 0 }
    return hasUniformWeights ? 1 : base[Tile<Double>.weightPlane * capacity + i]
  }

  /// The sum over the lanes of a group, in their order.
  func laneSum(_ group: C.Four) -> C {
    let lanes = C.Four.laneCount
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: lanes * C.componentCount) {
      buffer in
      guard let address = buffer.baseAddress else { return .zero }
      group.store(to: address, stride: lanes)
      var sum = C.zero
      for i in 0..<lanes { sum += C.load(address + i, stride: lanes) }
      return sum
    }
  }
}
