import AutoDiff
import Communication
import Testing

@testable import CollectiveEffects

/// Transformed planes go to the other processes in batches: how many changes no bit.
@Suite struct TransformBatchTests {
  private static let size = MeshSize(6, 10, 13)

  /// The numbers of one convolution with its transpose, plane by plane, of those planes that a process has.
  private static func planes<C: MeshNumber>(
    _: C.Type, batchSize: Int, _ workers: Workers
  ) throws -> [[C]] {
    var share = MeshShare(size, workers.communicator)
    share.batchSize = batchSize
    let convolution = OpenConvolution<C>(share)
    func number(_ i: Int) -> C { C(rounding: C.Table(Double((i &* 7919) % 1013 - 500) / 77)) }
    func field(_ seed: Int) -> MeshField<C> {
      let field = MeshField<C>(size, planes: share.planes, isPadded: share.isWhole)
      for z in share.planes {
        for y in 0...size.y {
          for x in 0...size.x { field[x, y, z] = number(seed + x + 17 * y + 311 * z) }
        }
      }
      return field
    }
    let kernel = KernelSpectrum<C>(size, columns: share.columns)
    let rows = share.isWhole ? kernel : KernelSpectrum<C>(size, rows: share.rows)
    for y in share.rows {
      for x in 0...size.x {
        for z in 0...size.z {
          number(5 + x + 13 * y + 101 * z).store(
            to: rows.row(x, y) + z, stride: rows.componentStride)
        }
      }
    }
    try convolution.transform(rows, to: kernel, workers)
    let (charges, forces) = (field(1), field(2))
    let product = KernelSpectrum<C>(size, columns: share.columns)
    try convolution.convolve(
      charges, with: kernel, factor: C(rounding: C.Table(1 / convolution.period)), partner: forces,
      product: product, workers)
    return share.planes.map { z in
      (0...size.y).flatMap { y in (0...size.x).map { x in charges[x, y, z] } }
    }
  }

  private func check<C: MeshNumber & Equatable & Sendable>(_: C.Type) throws {
    let expected = try Self.planes(C.self, batchSize: 1 << 30, .one)
    #expect(expected.contains { $0.contains { $0 != C.zero } })
    // One plane at a time, two or three, and all.
    for (processes, batchSize) in [(2, 1), (2, 1600), (3, 1), (3, 4000), (4, 1), (4, 1 << 30)] {
      let parts = try ThreadedProcesses.run(processes) {
        try Self.planes(C.self, batchSize: batchSize, Workers(count: 2, communicator: $0))
      }
      #expect(parts.flatMap(\.self) == expected, "\(processes) processes, \(batchSize) bytes")
    }
  }

  @Test func numbersAreThoseOfOneProcess() throws { try check(Double.self) }
  @Test func derivativesToo() throws { try check(Tangent<Double>.self) }
}
