import AutoDiff
import Communication
import DoubleDouble
import Foundation
import Testing

@testable import CollectiveEffects

/// Green's functions of cells of any shape, from 1e-10 to 1e10: to 1e-12 of their own value in every
/// cell, and so their derivatives to the sides.
@Suite struct GreenFunctionAspectTests {
  static let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]

  /// Lines of Fixtures/integrated-green.csv with `dimensions` axes, without the first number.
  private static func reference(_ dimensions: Double) throws -> [[Double]] {
    let url = try #require(
      Bundle.module.url(
        forResource: "integrated-green", withExtension: "csv", subdirectory: "Fixtures"))
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
      .map { line -> [Double] in line.split(separator: ",").compactMap { Double($0) } }
      .filter { $0[0] == dimensions }.map { Array($0.dropFirst()) }
  }

  /// The largest relative errors of value and derivatives at the `cells` of a table, in order of axes
  /// `order`. Those of derivatives are per value, as a derivative may vanish.
  private func errors(
    _ cells: [[Double]], _ order: [Int], scale: Double = 1
  ) throws -> (value: Double, slope: Double) {
    let size = MeshSize(256, 256, 256)
    let sides = order.map { scale * cells[0][$0] }
    var worst = (value: 0.0, slope: 0.0)
    for axis in 0..<3 {
      let varied = (0..<3).map { Tangent(sides[$0], tangent: $0 == axis ? 1 : 0) }
      let green = try greenFunction(size, (x: varied[0], y: varied[1], z: varied[2]))
      for cell in cells {
        let n = order.map { Int(cell[3 + $0]) }
        let number = green(n[0], n[1], n[2])
        let exact = scale * scale * cell[6]
        let slope = scale * scale * cell[7 + order[axis]]
        worst.value = max(worst.value, abs(number.value / exact - 1))
        worst.slope = max(worst.slope, abs(number.tangent * sides[axis] - slope) / exact)
      }
    }
    return worst
  }

  /// 23 shapes of cells by 32 cells of a mesh of 256 (origin, axes, diagonals, corners, beside the axes):
  /// against 40 digits. Each shape in two of the six orders of its axes, one shape after the other in
  /// others; in all of them where tables are asked for (BEAMTRACK_SHOW_TABLES). The bound is what the
  /// formulas promise, see ``CellIntegrals``; derivatives cancel as their values do, with two terms for one.
  @Test(arguments: orders) func everyCellOfAnyShapeIsRight(order: [Int]) throws {
    let shapes = Dictionary(grouping: try Self.reference(3)) { Array($0[0..<3]) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    #expect(shapes.count == 23)
    let showsTables = ProcessInfo.processInfo.environment["BEAMTRACK_SHOW_TABLES"] != nil
    let number = try #require(Self.orders.firstIndex(of: order))
    for (i, (shape, cells)) in shapes.enumerated() where showsTables || (i + number) % 3 == 0 {
      let worst = try errors(cells, order)
      #expect(worst.value < 1e-12, "\(order.map { shape[$0] })")
      #expect(worst.slope < 1e-12, "\(order.map { shape[$0] })")
      if showsTables { print(order.map { shape[$0] }, worst) }
    }
  }

  /// The same in units of picometres: nothing underflows.
  @Test func smallCellsAreRightToo() throws {
    let shapes = Dictionary(grouping: try Self.reference(3)) { Array($0[0..<3]) }
    for cells in shapes.values {
      let worst = try errors(cells, [2, 0, 1], scale: 1e-12)
      #expect(worst.value < 1e-12)
      #expect(worst.slope < 1e-12)
    }
  }

  /// Shapes and cells drawn at random, against the difference of the antiderivative in double-double
  /// arithmetic; it keeps 1e-31·(2x + 1)(2y + 1)(2z + 1) < 1e-22 of the value, and 1e-14 of a difference over
  /// 1e-8, whose own error is 1e-16.
  @Test func cellsDrawnAtRandomAreRight() throws {
    var random = Sequence64(seed: 19)
    for _ in 0..<250 {
      let sides = (0..<3).map { _ in pow(10, 5 * random.next()) }
      let n = (0..<3).map { _ in Int(pow(257, 0.5 + 0.5 * random.next())) - 1 }
      let axis = Int(1.5 * (random.next() + 1))
      let varied = (0..<3).map { Tangent(sides[$0], tangent: $0 == axis ? sides[axis] : 0) }
      let green = try greenFunction(
        MeshSize(n[0] + 1, n[1] + 1, n[2] + 1), (x: varied[0], y: varied[1], z: varied[2]))
      let number = green(n[0], n[1], n[2])
      func exact(_ change: Double) -> DoubleDouble {
        var sides = sides.map { DoubleDouble($0) }
        sides[axis] = sides[axis] * (DoubleDouble(1.0) + DoubleDouble(change))
        return Self.difference(n, sides)
      }
      let value = Double(exact(0))
      let slope = Double(exact(1e-8) - exact(-1e-8)) / 2e-8
      #expect(abs(number.value / value - 1) < 1e-12, "\(sides) \(n)")
      #expect(abs(number.tangent - slope) < 1e-12 * value, "\(sides) \(n) \(axis)")
    }
  }

  /// The eightfold difference.
  private static func difference(_ n: [Int], _ sides: [DoubleDouble]) -> DoubleDouble {
    var sum = DoubleDouble(0.0)
    for signs in 0..<8 {
      var corner: [DoubleDouble] = []
      var sign = 1.0
      for a in 0..<3 {
        let isUpper = signs >> a & 1 == 1
        let c = Double(n[a]) + (isUpper ? 0.5 : -0.5)
        // F is odd.
        if isUpper == (c < 0) { sign = -sign }
        corner.append(sides[a] * abs(c))
      }
      sum = sum + IntegratedGreenFunction.antiderivative(corner[0], corner[1], corner[2]) * sign
    }
    return sum
  }

  /// Every formula is used, and quadratures are long enough: where more points would be needed than
  /// there are, corners are there. They are for a few cells only: they cost most.
  @Test func everyShapeHasItsFormulas() {
    let sides: [[Double]] = [
      [1, 1, 1], [1, 1, 10], [1, 1, 1e4], [1, 1, 1e10], [1, 1e3, 1e3], [1, 1e10, 1e10],
      [1, 1e5, 1e10],
    ]
    var used: Set<String> = []
    var mostPoints = 0
    for shape in sides {
      for order in Self.orders {
        let integrals = CellIntegrals(
          [shape[order[0]], shape[order[1]], shape[order[2]]], MeshSize(64, 64, 64))
        var quadratures = 0
        for x in 0...64 {
          for y in 0...64 {
            let first = integrals.differences(x, y)
            if first > 0 { used.insert("difference") }
            for z in first..<max(first, integrals.count(within: CellIntegrals.reach, x, y)) {
              switch integrals.method(x, y, z...z) {
              case .series: used.insert("series")
              case .quadrature(let points):
                quadratures += 1
                used.insert("quadrature")
                mostPoints = max(mostPoints, points.0, points.1)
              }
            }
          }
        }
        #expect(quadratures < 65 * 65 * 65 / 100, "\(order.map { shape[$0] })")
      }
    }
    #expect(used == ["difference", "series", "quadrature"])
    #expect(mostPoints < CellIntegrals.quadratures.count - 1)
  }

  /// The mean over the cells of a flat mesh and its derivative, from 1 : 1e10 to 1e10 : 1, to 1e-13 of
  /// itself, or of 1 where it is less: its zero means nothing. The derivative to ln ratio is a difference of
  /// numbers thirty times as large.
  @Test func everyFlatCellIsRight() throws {
    let shapes = Dictionary(grouping: try Self.reference(2)) { $0[0] }
    #expect(shapes.count == 9)
    for (ratio, cells) in shapes {
      let wide = try PlanarGreenTable<Tangent<Double>>(
        .flat(256, 256), ratio: Tangent(ratio, tangent: ratio), .one)
      let high = try PlanarGreenTable<Tangent<Double>>(
        .flat(256, 256), ratio: Tangent(1 / ratio, tangent: 1 / ratio), .one)
      for cell in cells {
        let (x, y) = (Int(cell[1]), Int(cell[2]))
        let bound = 1e-13 * max(1, abs(cell[3]))
        #expect(abs(wide[x, y].value - cell[3]) < bound, "\(ratio) \(x) \(y)")
        #expect(abs(high[y, x].value - cell[3]) < bound, "\(1 / ratio) \(y) \(x)")
        #expect(abs(wide[x, y].tangent - cell[4]) < 1e-12, "\(ratio) \(x) \(y)")
        #expect(abs(high[y, x].tangent + cell[4]) < 1e-12, "\(1 / ratio) \(y) \(x)")
      }
    }
  }

  /// Cells out of all bounds give numbers out of all bounds, which particles are lost by, and do not end
  /// the process.
  @Test(arguments: [
    [1e200, 1e200, 1e200], [1e-200, 1, 1e200], [Double.infinity, 1, 1], [1, .infinity, .infinity],
    [.nan, 1, 1], [1, 0, 1],
  ]) func cellsOutOfBoundsEndNothing(h: [Double]) throws {
    let size = MeshSize(20, 20, 20)
    for order in Self.orders {
      let kernel = KernelSpectrum<Double>(size)
      try GreenTable<Double>(size, sides: (x: h[order[0]], y: h[order[1]], z: h[order[2]]), .one)
        .fill(kernel, .one)
      _ = try PlanarGreenTable<Double>(.flat(300, 20), ratio: h[order[0]] / h[order[1]], .one)
    }
  }

  /// A mesh of single precision has the same table, rounded.
  @Test(arguments: [[1.0, 1, 1e10], [1e10, 1, 1e10], [1e-7, 1, 3]])
  func singlePrecisionIsTheTableRounded(h: [Double]) throws {
    let size = MeshSize(8, 9, 10)
    let kernel = KernelSpectrum<Float>(size)
    try GreenTable<Double>(size, sides: (x: h[0], y: h[1], z: h[2]), .one).fill(kernel, .one)
    let green = try greenFunction(size, (x: h[0], y: h[1], z: h[2]))
    for x in 0...8 {
      for y in 0...9 {
        for z in 0...10 { #expect(kernel[x, y, z] == Float(green(x, y, z))) }
      }
    }
  }
}
