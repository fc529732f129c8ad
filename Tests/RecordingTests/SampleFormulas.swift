import AutoDiff
import Recording

/// A formula for a particle's six coordinates q, p in three planes, written once for every scalar.
protocol SampleFormula: Sendable {
  /// Ordinary values of the parameters.
  var parameters: [Double] { get }
  func callAsFunction<S: RealScalar>(_ parameters: [S.Constant], _ z: [S]) -> FormulaResult<S>
}

extension SampleFormula {
  func recorded(with parameters: [Double]? = nil) -> RecordedFormula {
    RecordedFormula(parameters: parameters ?? self.parameters, variables: 6) { self($0, $1) }
  }

  var name: String { "\(Self.self)" }
}

/// A lens whose strength depends on the energy: entire functions, with a short form where their
/// argument is small.
struct EnergyDependentLens: SampleFormula {
  let parameters = [0.9, 0.7, 3.0]

  func callAsFunction<S: RealScalar>(_ p: [S.Constant], _ z: [S]) -> FormulaResult<S> {
    let (strength, length) = (S(p[0]), S(p[1]))
    let inverseBeta = S(1.0 / .sqrt(1.0 - 1.0 / (p[2] * p[2])))
    let squared = 1.0 - z[5] * (2.0 * inverseBeta - z[5])
    let inverse = 1.0 / S.sqrt(squared)
    let (x, y) = Stumpff<S>.pair(strength * length * length * inverse)
    var q = z
    for (i, plane, k) in [(0, x, strength), (2, y, -strength)] {
      q[i] = plane.c0 * z[i] + length * inverse * plane.c1 * z[i + 1]
      q[i + 1] = plane.c0 * z[i + 1] - k * length * plane.c1 * z[i]
      q[4] = q[4] + length * (z[i + 1] * z[i + 1] * plane.c2 + k * z[i] * z[i] * plane.c3)
    }
    return FormulaResult(q, isInside: S.zero < squared)
  }
}

/// Flight through a field-free region with the full root.
struct StraightFlight: SampleFormula {
  let parameters = [1.3, 5.0]

  func callAsFunction<S: RealScalar>(_ p: [S.Constant], _ z: [S]) -> FormulaResult<S> {
    let length = S(p[0])
    let beta = S(.sqrt(1.0 - 1.0 / p[1].squared))
    let transverse = z[1] * z[1] + z[3] * z[3]
    let squared = 1.0 - z[5] * (2.0 / beta - z[5]) - transverse
    let pz = S.sqrt(squared)
    var q = z
    q[0] = z[0] + length / pz * z[1]
    q[2] = z[2] + length / pz * z[3]
    q[4] = z[4] + length * transverse / (pz * (1.0 + pz))
    return FormulaResult(q, isInside: S.zero < squared)
  }
}

/// Motion on an arc: sines of a parameter, and an arctangent with a short form for small angles.
struct Arc: SampleFormula {
  let parameters = [0.8, 0.5, 0.02]

  func callAsFunction<S: RealScalar>(_ p: [S.Constant], _ z: [S]) -> FormulaResult<S> {
    let angle = p[0] * p[1]
    let (sine, cosine) = S.Constant.sincos(angle)
    let h = S(p[1])
    let (s, c) = (S(sine), S(cosine))
    let face = S(S.Constant.tan(p[2]))
    let px = z[1] + h * face * z[0]
    let squared = (1.0 - z[5]).squared - px * px - z[3] * z[3]
    let pz = S.sqrt(squared)
    let bent = px * c + (pz - 1.0 - h * z[0]) * s
    let squaredAfter = (1.0 - z[5]).squared - bent * bent - z[3] * z[3]
    let turn = (bent - px) / (pz + S.sqrt(squaredAfter))
    let path = 2.0 * turn * (1.0 - turn * turn * S.atancRemainder(turn * turn))
    return FormulaResult(
      [z[0] * c + px / pz * s, bent, z[2] + z[3] * path, z[3], z[4] + path - s, z[5]],
      isInside: (S.zero < squared) .& (S.zero < squaredAfter))
  }
}

/// A kick by a standing wave, after the momenta were rescaled.
struct WaveKick: SampleFormula {
  let parameters = [0.4, 3.0, 0.1]

  func callAsFunction<S: RealScalar>(_ p: [S.Constant], _ z: [S]) -> FormulaResult<S> {
    let ratio = S(1.0 / S.Constant.cbrt(1.0 + p[0]))
    let (sine, cosine) = S.sincos(S(0.5 * p[1]) * z[4])
    let (s, c) = S.Constant.sincos(p[2])
    var q = z
    for i in [1, 3, 5] { q[i] = z[i] * ratio }
    q[5] = q[5] + sine * (S(2.0 * p[0] * s) * cosine + S(2.0 * p[0] * c) * sine)
    return FormulaResult(q)
  }
}

/// From one place to one time: selects, and the domain of a root avoided by them.
struct TimeFrame: SampleFormula {
  let parameters = [0.6]

  func callAsFunction<S: RealScalar>(_ p: [S.Constant], _ z: [S]) -> FormulaResult<S> {
    let beta = S(p[0])
    let excess = z[5] * (2.0 + z[5]) + z[1] * z[1] + z[3] * z[3]
    let squared = 1.0 + S(p[0] * p[0]) * excess
    let forward = 1.0 + z[5]
    let isForward = (S.zero < forward) .& .!(squared <= S.zero)
    let energy = S.sqrt(S.select(isForward, squared, .one))
    let flight = -z[4] / S.select(isForward, forward, .one)
    return FormulaResult(
      [
        z[0] + flight * z[1], z[1], z[2] + flight * z[3], z[3], flight * (energy / beta),
        -(beta * excess) / (1.0 + energy),
      ], isInside: isForward)
  }
}

/// A loop of many steps: a fourth-order pair of nonlinear kick and flight.
struct SteppedLens: SampleFormula {
  var steps = 40
  let parameters = [2.0, 0.5, 30.0]

  func callAsFunction<S: RealScalar>(_ p: [S.Constant], _ z: [S]) -> FormulaResult<S> {
    var q = z
    let step = p[1] / Double(steps)
    let (focusing, cubic) = (S(p[0] * step), S(p[2] * step))
    var isInside = S.Mask(repeating: true)
    for _ in 0..<steps {
      let (x, y) = (q[0], q[2])
      q[1] = q[1] - focusing * x - cubic * (x * (x * x - 3.0 * y * y))
      q[3] = q[3] + focusing * y - cubic * (y * (y * y - 3.0 * x * x))
      let squared = 1.0 - (q[1] * q[1] + q[3] * q[3])
      let inverse = 1.0 / S.sqrt(squared)
      q[0] = q[0] + S(step) * q[1] * inverse
      q[2] = q[2] + S(step) * q[3] * inverse
      isInside = isInside .& (S.zero < squared)
    }
    return FormulaResult(q, isInside: isInside)
  }
}

/// Takes a detour only if any particle is far out.
struct Detour: SampleFormula {
  let parameters = [0.2]

  func callAsFunction<S: RealScalar>(_ p: [S.Constant], _ z: [S]) -> FormulaResult<S> {
    let limit = S(p[0])
    let isFar = limit < S.abs(z[0])
    var q = z
    q[1] = z[1] - z[0] * z[0]
    if isFar.any {
      q[1] = S.select(isFar, z[1] - limit * (2.0 * S.abs(z[0]) - limit), q[1])
    }
    return FormulaResult(q, isInside: S.Mask(repeating: true))
  }
}

/// The formulas that tests go through.
let sampleFormulas: [any SampleFormula] = [
  EnergyDependentLens(), StraightFlight(), Arc(), WaveKick(), TimeFrame(), SteppedLens(), Detour(),
]
