import BeamMaps
import Communication
import Foundation
import Testing

@testable import CollectiveEffects

@Suite struct GreenFunctionTests {
  /// The integral of 1/r over a cell by Gauss–Legendre quadrature of 1/r where it is smooth.
  private func quadrature(_ r: [Double], _ h: [Double]) -> Double {
    // 20 points along each axis: exact to rounding two cells away.
    let (nodes, weights) = Self.gaussLegendre(20)
    var sum = 0.0
    for (a, wa) in zip(nodes, weights) {
      for (b, wb) in zip(nodes, weights) {
        for (c, wc) in zip(nodes, weights) {
          let x = r[0] + 0.5 * h[0] * a
          let y = r[1] + 0.5 * h[1] * b
          let z = r[2] + 0.5 * h[2] * c
          sum += wa * wb * wc / (x * x + y * y + z * z).squareRoot()
        }
      }
    }
    return sum * h[0] * h[1] * h[2] / 8
  }

  /// Points and weights on −1 … 1.
  static func gaussLegendre(_ n: Int) -> ([Double], [Double]) {
    let points = GaussLegendre.points(n)
    return (points.map { 2 * $0.place - 1 }, points.map { 2 * $0.weight })
  }

  /// From a cube to a thousand to one in one and in two axes: the quadrature, of positive terms, errs by
  /// some roundings where it converges, the table by less than 1e-12 everywhere.
  @Test(arguments: [
    [1.0, 1, 1], [1, 2, 3], [1, 1, 10], [10, 10, 1], [1, 1, 100], [1, 100, 100], [1, 1, 1000],
    [1, 1000, 1000], [1, 30, 1000],
  ]) func theTableIsTheIntegralOverACell(h: [Double]) throws {
    let size = MeshSize(40, 40, 40)
    let green = try greenFunction(size, (x: h[0], y: h[1], z: h[2]))
    let largest = h.max() ?? 1
    var worst = 0.0
    for (i, j, k) in [
      (0, 0, 3), (3, 0, 0), (0, 3, 0), (2, 2, 2), (5, 1, 0), (1, 4, 7), (13, 0, 2), (14, 14, 14),
      (3, 20, 4), (40, 40, 40), (40, 0, 0), (0, 0, 40), (7, 11, 13),
    ] {
      let r = [Double(i) * h[0], Double(j) * h[1], Double(k) * h[2]]
      // The quadrature converges where the cell's extent is below its distance.
      let distance = (r[0] * r[0] + r[1] * r[1] + r[2] * r[2]).squareRoot()
      if distance < 2 * largest { continue }
      worst = max(worst, abs(green(i, j, k) / quadrature(r, h) - 1))
    }
    #expect(worst < 1e-12, "\(h): \(worst)")
  }

  /// The cell at its own node is eight boxes around a corner; for the unit cube the integral is
  /// 3 ln(2 + √3) − π/2.
  @Test func aCellIsTheSumOfItsParts() throws {
    let whole = try greenFunction(MeshSize(4, 4, 4), (x: 1.0, y: 0.7, z: 2.1))(0, 0, 0)
    // Eight boxes of half the sides, around a corner: the antiderivative at the corner itself.
    let corner = IntegratedGreenFunction.antiderivative(0.5, 0.35, 1.05)
    #expect(abs(whole - 8 * corner) < 1e-14)
    let cube = try greenFunction(MeshSize(4, 4, 4), (x: 1.0, y: 1.0, z: 1.0))(0, 0, 0)
    #expect(abs(cube - (3 * log(2 + 3.0.squareRoot()) - 0.5 * Double.pi)) < 1e-14)
  }
}

/// The table's number at an offset, for cells with these sides.
func greenFunction<T: TableNumber>(_ size: MeshSize, _ sides: (x: T, y: T, z: T)) throws
  -> (Int, Int, Int) -> T
{
  let table = try GreenTable<T>(size, sides: sides, .one)
  return { x, y, z in
    let row = GreenRow<T>(size)
    table.write(x, y, to: row)
    return row[z]
  }
}
