import BeamDynamics
import Communication
import Foundation
import LinearAlgebra
import Testing

@testable import CollectiveEffects

/// The potential of given densities against closed forms, on finer and finer meshes.
///
/// Rest frame, Q/(4πε0) = 1. Charges are put on the nodes without particles, so that there is no
/// noise.
@Suite struct ClosedFormTests {
  /// The largest error of the potential and of the field over the nodes within `radius`, relative
  /// to the largest values of these.
  private func errors(
    cells: Int, half: [Double], share: (Double, Double, Double, [Double]) -> Double,
    potential: (Double, Double, Double) -> Double, field: (Double, Double, Double) -> [Double]
  ) throws -> (potential: Double, field: Double) {
    let size = MeshSize(cells, cells, cells)
    let h = half.map { 2 * $0 / Double(cells) }
    let mesh = MeshField<Double>(size)
    var total = 0.0
    func position(_ i: Int, _ axis: Int) -> Double { -half[axis] + Double(i) * h[axis] }
    for z in 0...cells {
      for y in 0...cells {
        for x in 0...cells {
          let value = share(position(x, 0), position(y, 1), position(z, 2), h)
          mesh[x, y, z] = value
          total += value
        }
      }
    }
    let kernel = KernelSpectrum<Double>(size)
    try GreenTable<Double>(size, sides: (x: h[0], y: h[1], z: h[2]), .one).fill(kernel, .one)
    let convolution = OpenConvolution<Double>(size)
    try convolution.transform(kernel, .one)
    try convolution.convolve(
      mesh, with: kernel, factor: 1 / (convolution.period * h[0] * h[1] * h[2] * total), .one)
    var (worst, largest) = (0.0, 0.0)
    var (worstField, largestField) = (0.0, 0.0)
    for z in 1..<cells {
      for y in 1..<cells {
        for x in 1..<cells {
          let r = (position(x, 0), position(y, 1), position(z, 2))
          let exact = potential(r.0, r.1, r.2)
          largest = max(largest, abs(exact))
          worst = max(worst, abs(mesh[x, y, z] - exact))
          let e = field(r.0, r.1, r.2)
          let found = [
            (mesh[x - 1, y, z] - mesh[x + 1, y, z]) / (2 * h[0]),
            (mesh[x, y - 1, z] - mesh[x, y + 1, z]) / (2 * h[1]),
            (mesh[x, y, z - 1] - mesh[x, y, z + 1]) / (2 * h[2]),
          ]
          for axis in 0..<3 {
            largestField = max(largestField, abs(e[axis]))
            worstField = max(worstField, abs(found[axis] - e[axis]))
          }
        }
      }
    }
    return (worst / largest, worstField / largestField)
  }

  /// A round Gaussian: φ = erf(r/√2σ)/r.
  @Test func aGaussianConvergesInSecondOrder() throws {
    func field(_ r: Double) -> Double {
      if r < 1e-3 { return (2 / Double.pi).squareRoot() / 3 * r }
      return erf(r / 2.0.squareRoot()) / (r * r)
        - (2 / Double.pi).squareRoot() * exp(-r * r / 2) / r
    }
    var table: [(Int, Double, Double)] = []
    for cells in [16, 32, 64] {
      let (potential, force) = try errors(
        cells: cells, half: [6, 6, 6],
        share: { x, y, z, _ in exp(-(x * x + y * y + z * z) / 2) },
        potential: { x, y, z in
          let r = (x * x + y * y + z * z).squareRoot()
          return r == 0 ? (2 / Double.pi).squareRoot() : erf(r / 2.0.squareRoot()) / r
        },
        field: { x, y, z in
          let r = (x * x + y * y + z * z).squareRoot()
          return [x, y, z].map { r == 0 ? 0 : field(r) * $0 / r }
        })
      table.append((cells, potential, force))
    }
    print("gaussian: cells, errors of potential and field\n", table)
    // 0.3(h/σ)², with h/σ = 0.75, 0.375, 0.19.
    for (cells, _, force) in table {
      #expect(force < 0.3 * (12 / Double(cells)) * (12 / Double(cells)))
    }
    for (coarse, fine) in zip(table, table.dropFirst()) {
      #expect(coarse.1 / fine.1 > 3.4)
      #expect(coarse.2 / fine.2 > 3.4)
    }
  }

  /// Uniform ellipsoids, by Carlson's integrals; a sphere and a prolate one. The surface cuts cells,
  /// where the share of each is found by sampling.
  @Test(arguments: [[1.0, 1, 1], [0.5, 0.8, 2]]) func anEllipsoidConverges(axes: [Double]) throws {
    let samples = 6
    var table: [(Int, Double, Double)] = []
    for cells in [16, 32, 64] {
      let (potential, force) = try errors(
        cells: cells, half: axes.map { 1.3 * $0 },
        share: { x, y, z, h in
          var inside = 0
          for i in 0..<samples {
            for j in 0..<samples {
              for k in 0..<samples {
                let a = (x + h[0] * ((Double(i) + 0.5) / Double(samples) - 0.5)) / axes[0]
                let b = (y + h[1] * ((Double(j) + 0.5) / Double(samples) - 0.5)) / axes[1]
                let c = (z + h[2] * ((Double(k) + 0.5) / Double(samples) - 0.5)) / axes[2]
                if a * a + b * b + c * c < 1 { inside += 1 }
              }
            }
          }
          return Double(inside)
        },
        potential: { x, y, z in Ellipsoid(axes).potential([x, y, z]) },
        field: { x, y, z in Ellipsoid(axes).field([x, y, z]) })
      table.append((cells, potential, force))
    }
    print("ellipsoid \(axes): cells, errors of potential and field\n", table)
    // The surface cuts cells anyhow: over two halvings of the cells, the potential's error falls by
    // more than 8, the field's by more than 2.5.
    #expect(table[0].1 / table[2].1 > 8)
    #expect(table[0].2 / table[2].2 > 2.5)
    #expect(table[2].1 < 2e-3)
  }
}

/// A uniform ellipsoid of charge 4πε0 (O. D. Kellogg, Foundations of Potential Theory (1929),
/// chapter VII, section 6).
private struct Ellipsoid {
  let axes: [Double]

  init(_ axes: [Double]) { self.axes = axes }

  /// λ ≥ 0 with Σ x²/(a² + λ) = 1; 0 inside.
  private func confocal(_ r: [Double]) -> Double {
    func sum(_ l: Double) -> Double {
      var sum = 0.0
      for i in 0..<3 { sum += r[i] * r[i] / (axes[i] * axes[i] + l) }
      return sum
    }
    if sum(0) <= 1 { return 0 }
    var (low, high) = (0.0, r.reduce(0) { $0 + $1 * $1 })
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if sum(middle) > 1 { low = middle } else { high = middle }
    }
    return high
  }

  /// ∫_λ^∞ f(s) ds / √Π(a² + s), by s = λ + t²/(1 − t)², Gauss–Legendre.
  private func integral(_ lambda: Double, _ f: (Double) -> Double) -> Double {
    let (nodes, weights) = Self.rule
    var sum = 0.0
    for (x, w) in zip(nodes, weights) {
      let t = 0.5 * (x + 1)
      let s = lambda + t * t / ((1 - t) * (1 - t))
      let jacobian = 2 * t / ((1 - t) * (1 - t) * (1 - t))
      let root = axes.reduce(1) { $0 * ($1 * $1 + s) }.squareRoot()
      sum += 0.5 * w * jacobian * f(s) / root
    }
    return sum
  }

  private static let rule = GreenFunctionTests.gaussLegendre(40)

  func potential(_ r: [Double]) -> Double {
    func inside(_ s: Double) -> Double {
      var sum = 1.0
      for i in 0..<3 { sum -= r[i] * r[i] / (axes[i] * axes[i] + s) }
      return sum
    }
    return 0.75 * integral(confocal(r), inside)
  }

  func field(_ r: [Double]) -> [Double] {
    let lambda = confocal(r)
    return (0..<3).map { i in
      1.5 * r[i] * integral(lambda) { s in 1 / (axes[i] * axes[i] + s) }
    }
  }
}
