import AutoDiff
import BeamDynamics
import Documents

/// The longitudinal wake of a periodic structure: W(s) = W₀·exp(−√(s/s₀)) [V/(C·m)] at the distance
/// s behind a charge, half of W₀ at the charge itself (K. Bane, SLAC-PUB-9663 (2003)).
///
/// Particles are counted in bins of time; they lose the energy that is found between two bins.
public struct Wake: EffectBySums, CatalogEffect {
  public var strength = 1e15
  public var range = 1e-3
  public var window = 5e-3
  public var bins = 500

  public static let kind = "Wake"
  public static let summary = "The longitudinal wake of a periodic structure."
  public static let parameters = ParameterTable<Self>([
    .real("strength", \.strength, unit: "V/(C·m)", "At the charge, W₀."),
    .real("range", \.range, unit: "m", in: .positive, "How far it reaches, s₀."),
    .real("window", \.window, unit: "m", in: .positive, "Particles within ± this are counted."),
    .integer("bins", \.bins, in: 2...100_000, "Bins in the window."),
  ])
  public static let variableParameters = ["strength", "range"]
  public init() {}

  private var axis: Bins { Bins(bins, over: -window...window) }
  public var sumCount: Int { bins }

  public func deposit<S>(_ at: EffectPosition<S>, into sums: inout Deposit<S>) {
    sums.add(S(1.0), at: at.t, in: axis)
  }

  public func response<T: RealScalar>(to sums: [T], _ slice: EffectSlice<T>) -> [T] {
    let q = slice.lifted(self)
    let wake = sums.indices.map { i in
      i == 0 ? 0.5 * q.strength : q.strength * .exp(-.sqrt(Double(i) * axis.width / q.range))
    }
    // From volts to −Δγ/(βγ); a late particle has t > 0.
    let species = slice.reference.species
    let voltage = slice.length * slice.charge * (species.chargeNumber * 1e-6 / species.mass)
    let scale = voltage / slice.reference.betaGamma
    return sums.indices.map { i in
      var sum = T.zero
      for j in 0...i { sum = sum + wake[i - j] * sums[j] }
      return scale * sum
    }
  }

  public func kick<S>(_ at: EffectPosition<S>, by response: inout Response<S>) -> EffectKick<S> {
    EffectKick(pt: response.value(at: at.t, in: axis))
  }
}
