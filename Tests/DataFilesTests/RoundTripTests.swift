import Support
import Testing

@testable import DataFiles

@Suite struct RoundTripTests {
  /// Finite doubles of all magnitudes, and of those that beams have.
  private static func numbers(count: Int, seed: UInt64) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    var values: [Double] = [
      0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
      .leastNormalMagnitude.nextDown, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .pi,
      0.1, 1e22, 1e23, 0x1p53, 0x1p53 + 2, 0x1p63, 1.0.nextUp, 1.0.nextDown,
    ]
    while values.count < count {
      let bits = Double(bitPattern: generator.next())
      if bits.isFinite { values.append(bits) }
      values.append(Double(bitPattern: generator.next() >> 12))  // subnormal
      values.append(Double.random(in: -1e-3...1e-3, using: &generator))
      values.append(Double.random(in: -1...1, using: &generator))
    }
    return Array(values.prefix(count))
  }

  @Test func doublesComeBackFromCSVWithTheirBits() throws {
    let columns = ["a", "b", "c"]
    let values = Self.numbers(count: 300_000, seed: 21)
    let folder = try TemporaryFolder()
    try AtomicFile.write(to: folder.file("t.csv")) { file in
      var table = try CSVWriter(file, columns: columns)
      for row in stride(from: 0, to: values.count, by: 3) {
        table.fields(values[row..<(row + 3)])
        try table.endRow()
      }
    }
    let table = try CSVFile.read(folder.file("t.csv"))
    for (index, name) in columns.enumerated() {
      let written = stride(from: index, to: values.count, by: 3).map { values[$0].bitPattern }
      #expect(try #require(table.values(of: name)).map(\.bitPattern) == written)
    }
  }

  @Test(arguments: [[100_000], [2, 50_000], [50, 40, 50], [100_000, 1, 1]])
  func doublesComeBackFromNPYWithTheirBits(shape: [Int]) throws {
    var values = Self.numbers(count: 99_997, seed: 22)
    values += [.infinity, -.infinity, Double(bitPattern: 0x7FF8_0000_0000_1234)]
    let folder = try TemporaryFolder()
    try NPYFile(shape: shape, values: values).write(to: folder.file("a.npy"))
    let read = try NPYFile.read(folder.file("a.npy"))
    #expect(read.shape == shape)
    #expect(read.values.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func singlePrecisionIsRoundedToTheNearestAndComesBack() throws {
    let values = Self.numbers(count: 10_000, seed: 23)
    let folder = try TemporaryFolder()
    try NPYFile(shape: [100, 100], values: values).write(to: folder.file("a.npy"), as: .float32)
    let read = try NPYFile.read(folder.file("a.npy"))
    #expect(read.values.map(\.bitPattern) == values.map { Double(Float($0)).bitPattern })
  }
}
