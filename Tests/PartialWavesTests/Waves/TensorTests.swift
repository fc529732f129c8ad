import AutoDiff
import PartialWaves
import Testing

@Suite struct TensorTests {
  static let parent = FourVector(px: 0.4, py: -0.3, pz: 0.9, energy: 2.3)
  static let b = FourVector(px: 0.7, py: 0.2, pz: 0.1, energy: 1.1)
  static let products = (b, parent - b)
  /// Products of up to 8 numbers of size 1, each of a few roundings.
  static let tolerance = 1e-14

  /// r̃ and g̃ as the paper has them, with upper indices.
  private var r: [Double] {
    (Self.products.0 - Self.products.1).transverse(to: Self.parent).components
  }
  private func g(_ m: Int, _ n: Int) -> Double {
    let p = Self.parent.components
    return (m == n ? (m == 3 ? 1 : -1) : 0) - p[m] * p[n] / Self.parent.invariant
  }

  @Test func orbitalTensorsAreThoseOfThePaper() {
    let r = r
    let r2 = (Self.products.0 - Self.products.1).transverse(to: Self.parent).invariant
    func orbital(_ l: Int) -> Tensor<Double> {
      .orbital(l, of: Self.parent, into: Self.products, barrier: nil)
    }
    #expect(orbital(0).scalar == 1)
    let (t1, t2, t3, t4) = (orbital(1), orbital(2), orbital(3), orbital(4))
    for a in 0..<4 {
      #expect(abs(t1[a] - r[a]) < Self.tolerance)
      for b in 0..<4 {
        #expect(abs(t2[a, b] - (r[a] * r[b] - r2 / 3 * g(a, b))) < Self.tolerance)
        for c in 0..<4 {
          let one = g(a, b) * r[c] + g(b, c) * r[a] + g(c, a) * r[b]
          #expect(abs(t3[a, b, c] - (r[a] * r[b] * r[c] - r2 / 5 * one)) < Self.tolerance)
          for d in 0..<4 {
            var single = g(a, b) * r[c] * r[d] + g(a, c) * r[b] * r[d] + g(a, d) * r[b] * r[c]
            single += g(b, c) * r[a] * r[d] + g(b, d) * r[a] * r[c] + g(c, d) * r[a] * r[b]
            let double = g(a, b) * g(c, d) + g(a, c) * g(b, d) + g(a, d) * g(b, c)
            var known = r[a] * r[b] * r[c] * r[d]
            known -= r2 / 7 * single
            known += r2 * r2 / 35 * double
            #expect(abs(t4[a, b, c, d] - known) < Self.tolerance)
          }
        }
      }
    }
  }

  @Test(arguments: 1...5)
  func aProjectionIsIdempotentSymmetricTracelessAndTransverse(rank: Int) {
    // Any tensor will do; a product of different vectors has no symmetry.
    var tensor = Tensor(FourVector(px: 0.3, py: 1, pz: -0.5, energy: 0.8))
    for i in 1..<max(rank, 1) {
      let x = Double(i)
      tensor = tensor.times(
        Tensor(FourVector(px: 1 / x, py: 0.2 * x, pz: -0.7, energy: 0.3 * x - 0.5)))
    }
    let projection = SpinProjection(of: Self.parent)
    let once = projection.applied(to: tensor)
    let twice = projection.applied(to: once)
    let largest = once.components.map(abs).max()!
    // Sums of up to 5·4⁵ terms.
    let tolerance = 1e-13 * largest
    #expect(zip(once.components, twice.components).allSatisfy { abs($0 - $1) < tolerance })
    #expect(
      zip(once.components, once.symmetrized.components).allSatisfy { abs($0 - $1) < tolerance })
    #expect(
      once.contracted(with: Tensor(Self.parent)).components.allSatisfy { abs($0) < tolerance })
    if rank > 1 {
      #expect(
        once.contracted(with: projection.metric).components.allSatisfy { abs($0) < tolerance })
    }
  }

  @Test func theProjectionOnSpin3IsThatOfThePaper() {
    // P³ with all its sums, applied to T² and t v; ours has the opposite sign.
    let (x, y, z) = (r, [0.1, 0.5, -0.2, 0.9], [1.0, 0, 0.3, -0.4])
    func vector(_ c: [Double]) -> Tensor<Double> { Tensor(FourVector(c)) }
    let ours = SpinProjection(of: Self.parent).applied(
      to: vector(x).times(vector(y)).times(vector(z)))
    func lowered(_ c: [Double]) -> [Double] { [-c[0], -c[1], -c[2], c[3]] }
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    let (u, v, w) = (lowered(x), lowered(y), lowered(z))
    for a in 0..<4 {
      for b in 0..<4 {
        for c in 0..<4 {
          let left = [a, b, c]
          var sum = 0.0
          for d in 0..<4 {
            for e in 0..<4 {
              for f in 0..<4 {
                let right = [d, e, f]
                var p = 0.0
                for o in orders {
                  p -= g(a, right[o[0]]) * g(b, right[o[1]]) * g(c, right[o[2]]) / 6
                }
                for i in 0..<3 {
                  for j in 0..<3 {
                    let (i1, i2, j1, j2) = ((i + 1) % 3, (i + 2) % 3, (j + 1) % 3, (j + 2) % 3)
                    p += g(left[i1], left[i2]) * g(right[j1], right[j2]) * g(left[i], right[j]) / 15
                  }
                }
                sum += p * u[d] * v[e] * w[f]
              }
            }
          }
          #expect(abs(ours[a, b, c] + sum) < Self.tolerance)
        }
      }
    }
  }

  @Test func theLeviCivitaTensorGivesDeterminants() {
    let epsilon = Tensor<Double>.leviCivita
    #expect(epsilon[0, 1, 2, 3] == -1)
    #expect(epsilon[1, 0, 2, 3] == 1)
    #expect(epsilon[1, 2, 3, 0] == 1)
    #expect(epsilon.components.count { $0 != 0 } == 24)
    // Contracted with P at rest: a cross product. ε^{ijkE} P_E a_j b_k = −M (a × b).
    let (a, b) = (ThreeVector(1.0, 2, 3), ThreeVector(-1.0, 0.5, 4))
    let pair = Tensor(FourVector(a, energy: 0)).times(Tensor(FourVector(b, energy: 0)))
    let found = epsilon.contracted(
      with: pair.times(Tensor(FourVector<Double>(atRest: 2)))
    ).vector.space
    let cross = a.cross(b)
    #expect(found.x == -2 * cross.x && found.y == -2 * cross.y && found.z == -2 * cross.z)
  }
}

@Suite struct OrbitalBarrierTests {
  @Test func factorsAreThoseOfBlattAndWeisskopf() {
    // B_L² Q^{2L} ∝ 1/(x²|h_L(x)|²) with x = Q/Q₀ and spherical Hankel functions by recurrence,
    // h_{L+1} = (2L+1)/x h_L − h_{L−1}; 1 at Q = Q₀.
    let barrier = OrbitalBarrier(radius: 0.8)
    let q0 = 0.197321 / 0.8
    func penetration(_ x: Double) -> [Double] {
      // x·h_L but for a common phase: 1 for L = 0, and 1/x − i for L = 1.
      var (before, now) = (ComplexNumber(1.0, 0), ComplexNumber(1 / x, -1))
      var values = [1.0]
      for l in 1...4 {
        values.append(1 / now.squaredMagnitude)
        let factor = Double(2 * l + 1) / x
        let next = ComplexNumber(
          factor * now.real - before.real, factor * now.imaginary - before.imaginary)
        (before, now) = (now, next)
      }
      return values
    }
    let unit = penetration(1)
    for momentum in [0.05, 0.3, 1.2] {
      let known = penetration(momentum / q0)
      for l in 0...4 {
        let b = barrier.factor(l, squaredMomentum: momentum * momentum)
        let found = b * b * Double.pow(momentum, 2 * l)
        // The rounded ħc is the same in both; a few roundings.
        #expect(abs(found / (known[l] / unit[l]) - 1) < 1e-13)
      }
    }
  }
}
