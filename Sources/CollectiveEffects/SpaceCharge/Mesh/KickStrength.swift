import AutoDiff
import BeamTracking

/// The factors from potential differences across a particle [V] to changes of momenta in units of
/// p0.
///
/// On a flat mesh, charges are those of one second, so that these are potentials times the speed
/// β0c [V·m/s]. With a longitudinal profile, potentials are those of the whole charge on one metre
/// [V·m].
struct KickStrength<T: TableNumber>: Sendable {
  /// K = qΔs/(β0²γ0³mc²) per side of a cell and per metre of the length Δs; on a flat mesh
  /// qΔs/(β0³γ0³mc²·c), without c where there is a profile.
  var perLength: (x: T, y: T, z: T)
  /// K per side of a cell.
  var x, y, z: T
  /// d(ln K)/dγ0
  var energySlope: T

  init(_ inputs: EffectSlice<T>, _ mesh: Mesh<T>) {
    let species = inputs.reference.species
    let gamma = inputs.reference.gamma
    let momentum = inputs.reference.betaGamma
    let square = momentum * momentum
    let volts = species.mass * 1e6 / species.chargeNumber
    let strength: T
    if mesh.size.isFlat {
      let speed = mesh.bins == nil ? PhysicalConstants.speedOfLight : 1
      strength = 1.0 / ((volts * speed) * (square * momentum))
      energySlope = -3.0 * gamma / square
    } else {
      strength = 1.0 / (volts * (square * gamma))
      energySlope = -1.0 * (1.0 / gamma + 2.0 * gamma / square)
    }
    let hasDepth = !mesh.size.isFlat || mesh.bins != nil
    perLength = (
      strength / mesh.spacing.x, strength / mesh.spacing.y,
      hasDepth ? strength / mesh.spacing.z : T(0.0)
    )
    x = perLength.x * inputs.length
    y = perLength.y * inputs.length
    z = perLength.z * inputs.length
  }
}
