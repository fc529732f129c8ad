import AutoDiff
import Communication
import Testing

@testable import CollectiveEffects

/// Transformed planes go to the other processes in batches: how many changes no bit.
@Suite struct TransformBatchTests {
  private static let size = MeshSize(6, 10, 13)

  /// What a process has of a convolution of two fields and of their product: numbers and derivatives plane by plane,
  /// and column by column.
  private struct Part: Sendable {
    var planes: [[Double]]
    var columns: [[Double]]
  }

  private static func part<C: MeshNumber>(
    _: C.Type, batchSize: Int, _ workers: Workers
  ) throws -> Part where C.Table: TangentMaker {
    var share = MeshShare(size, workers.communicator)
    share.batchSize = batchSize
    let convolution = OpenConvolution<C>(share)
    func number(_ i: Int) -> C {
      C(
        rounding: .make(
          Double((i &* 7919) % 1013 - 500) / 77, Double((i &* 6007) % 997 - 480) / 91))
    }
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
    let fields = [field(1), field(2)]
    let product = KernelSpectrum<C>(size, columns: share.columns)
    try convolution.convolve(
      fields[0], with: kernel, factor: C(rounding: C.Table(1 / convolution.period)),
      and: fields[1], product: product, workers)
    func parts(_ number: C) -> [Double] { C.Table.parts(number.table) }
    return Part(
      planes: share.planes.map { z in
        fields.flatMap { field in
          (0...size.y).flatMap { y in (0...size.x).flatMap { x in parts(field[x, y, z]) } }
        }
      },
      columns: share.columns.map { x in
        (0...size.y).flatMap { y in (0...size.z).flatMap { z in parts(product[x, y, z]) } }
      })
  }

  private func check<C: MeshNumber>(_: C.Type) throws where C.Table: TangentMaker {
    let expected = try Self.part(C.self, batchSize: 1 << 30, .one)
    for numbers in [expected.planes, expected.columns] {
      #expect(numbers.allSatisfy { $0.allSatisfy { $0 != 0 && $0.isFinite } })
    }
    // One plane at a time, two or three, and all.
    for (processes, batchSize) in [(2, 1), (2, 1600), (3, 1), (3, 4000), (4, 1), (4, 1 << 30)] {
      let parts = try ThreadedProcesses.run(processes) {
        try Self.part(C.self, batchSize: batchSize, Workers(count: 2, communicator: $0))
      }
      let name = "\(processes) processes, \(batchSize) bytes"
      #expect(parts.flatMap(\.planes) == expected.planes, "\(name)")
      #expect(parts.flatMap(\.columns) == expected.columns, "\(name)")
    }
  }

  @Test func numbersAreThoseOfOneProcess() throws { try check(Double.self) }
  @Test func derivativesToo() throws { try check(Tangent<Double>.self) }
}
