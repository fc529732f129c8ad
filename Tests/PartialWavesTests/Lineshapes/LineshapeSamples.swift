import AutoDiff
import Testing

@testable import PartialWaves

/// A lineshape of any kind in a decay, for tests over the whole catalog.
struct LineshapeSample: Sendable, CustomTestStringConvertible {
  let lineshape: any Lineshape
  let decay: TwoBodyDecay

  var kind: String { type(of: lineshape).name }
  var testDescription: String { "\(kind), masses \(decay.masses), spin \(decay.spin)" }

  static let pions = TwoBodyDecay(
    masses: (Particle.pion.mass, Particle.pion.mass), spin: 1, radius: 1)
  static let kaonAndPion = TwoBodyDecay(
    masses: (Particle.kaon.mass, Particle.pion.mass), spin: 0, radius: 0.8)
  static let kaons = TwoBodyDecay(
    masses: (Particle.kaon.mass, Particle.kaon.mass), spin: 2, radius: 1)

  /// One type for each name in the catalog; a new lineshape fails the suite until it is here.
  static let types: [any Lineshape.Type] = [
    BreitWigner.self, BreitWignerNormalised.self, BreitWignerRunning.self, FlattePublished.self,
    Flatte.self, TensorMeson1270.self, SigmaBugg.self, GounarisSakurai.self, Lass.self,
    KMatrix.self, ConstantAmplitude.self, ExponentialAmplitude.self, PolynomialAmplitude.self,
    InterpolatedAmplitude.self,
  ]

  /// All kinds with their standard values in three decays, and some with others.
  static let all: [LineshapeSample] =
    types.flatMap { type in
      [pions, kaonAndPion, kaons].map { LineshapeSample(lineshape: type.init(of: $0), decay: $0) }
    } + others

  static let others: [LineshapeSample] = {
    var samples: [LineshapeSample] = [3, 4].map { spin in
      LineshapeSample(
        lineshape: BreitWignerRunning(mass: 1.69, width: 0.16, angularMomentum: spin),
        decay: kaonAndPion)
    }
    // A mass below the threshold of the decay, where a fit may pass.
    samples.append(
      LineshapeSample(
        lineshape: BreitWignerRunning(mass: 0.95, width: 0.06, angularMomentum: 1), decay: kaons))
    // η π and K K.
    samples.append(
      LineshapeSample(
        lineshape: Flatte(
          mass: 0.99, g: 0.3, rg: 1.1, first: (0.547862, Particle.pion.mass),
          second: (Particle.kaon.mass, 0.497611)), decay: kaons))
    samples.append(
      LineshapeSample(
        lineshape: Lass(
          mass: 1.435, width: 0.279, scatteringLength: 1.95, effectiveRange: 1.76,
          background: (0.8, 0.4), resonance: (1.2, -0.9)), decay: kaonAndPion))
    samples.append(LineshapeSample(lineshape: coupledChannels, decay: pions))
    samples.append(
      LineshapeSample(
        lineshape: PolynomialAmplitude(
          real: [1, -0.4, 0.03], imaginary: [0.2, 0.1, -0.02, 0.001], center: 1.2), decay: pions))
    samples.append(
      LineshapeSample(
        lineshape: InterpolatedAmplitude(
          knots: [0.1, 0.5, 0.7, 1.6, 2.9], real: [0.3, 1, -0.4, -1.1, 0.2],
          imaginary: [0, 0.3, 1.4, 0.1, -0.6]), decay: pions))
    samples.append(
      LineshapeSample(
        lineshape: InterpolatedAmplitude(
          knots: [0.5, 2], real: [1, -1], imaginary: [0.5, 0.25]), decay: pions))
    return samples
  }()

  /// A K-matrix with all its terms.
  static var coupledChannels: KMatrix {
    var matrix = KMatrix(of: pions)
    matrix.background = [0.3, -0.2, 0.4]
    matrix.betaReal = [1, -0.5]
    matrix.betaImaginary = [0.3, 0.8]
    matrix.productionReal = [0.2, 0.1]
    matrix.productionImaginary = [-0.4, 0.6]
    return matrix
  }

  /// Where something happens: thresholds, masses, poles and knots.
  static let specialPoints: [Double] = {
    let sums = [
      pions.masses, kaonAndPion.masses, kaons.masses,
      (FlattePublished.pionMass, FlattePublished.pionMass),
      (FlattePublished.kaonMass, FlattePublished.kaonMass), (0.547862, Particle.pion.mass),
      (Particle.kaon.mass, 0.497611),
    ].map { (a: Double, b: Double) -> Double in (a + b) * (a + b) }
    let difference = Particle.kaon.mass - Particle.pion.mass
    return sums + [
      difference * difference, 4 * TensorMeson1270.squaredPionMass, SigmaBugg.zero,
      SigmaBugg.twoPions, SigmaBugg.fourPions, 0.98 * 0.98, 1.5 * 1.5, 1, 0.5, 0.7, 1.6, 2,
    ]
  }()

  /// Squared masses from next to nothing to far above everything [GeV²].
  static let points: [Double] = {
    var points = specialPoints
    for s in specialPoints { points += [s * 0.999, s * 1.001] }
    for i in 0..<25 { points.append(1e-4 + 24.9 * Double(i * i) / 576) }
    return points
  }()

  /// Its values as a model file gives them.
  var values: LineshapeValues { Self.values(of: lineshape) }

  private static func values<L: Lineshape>(of lineshape: L) -> LineshapeValues {
    var values = LineshapeValues()
    for parameter in L.parameters.parameters {
      switch parameter.storage {
      case .real(let path, _): values.reals[parameter.name] = lineshape[keyPath: path]
      case .vector(let path): values.lists[parameter.name] = lineshape[keyPath: path]
      case .integer(let path, _, _): values.integers[parameter.name] = lineshape[keyPath: path]
      case .chosen(let path, _, _): values.integers[parameter.name] = lineshape[keyPath: path]
      case .word(let path, _): values.words[parameter.name] = lineshape[keyPath: path]
      case .optional, .rows, .flag, .objects:
        preconditionFailure("a lineshape has numbers, lists of them, and words")
      }
    }
    return values
  }

  /// As the catalog makes it, which is how models have it.
  func dynamic() throws -> DynamicLineshape {
    let kind = try #require(LineshapeCatalog.standard[kind])
    return kind.with(values, of: decay)
  }
}
