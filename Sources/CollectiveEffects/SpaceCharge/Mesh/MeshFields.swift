import BeamTracking

/// Charge density, potential and field of a beam at the nodes of a kick's mesh, in the laboratory.
///
/// Arrays have the shape (nz, ny, nx), with x fastest. For the model 2.5D, the third axis is t =
/// c·Δt; for 2D there is one plane, 1 m deep.
public struct MeshFields: Sendable {
  /// The axes' names: "x", "y", and "z" or "t".
  public let axes: [String]
  /// The number of nodes along each axis.
  public let nodes: [Int]
  /// The position of the first node [m].
  public let origin: [Double]
  /// The distance between neighbouring nodes along each axis [m].
  public let spacing: [Double]
  /// The volume that belongs to a node [m³]; for the axis t, the length of this volume is that of
  /// the moving beam.
  public let cellVolume: Double
  /// Charge density ρ [C·m⁻³].
  public let density: [Double]
  /// Potential φ [V].
  public let potential: [Double]

  /// The charge on the mesh [C].
  public var charge: Double { density.reduce(0, +) * cellVolume }

  /// E = −∇φ [V·m⁻¹], of the shape (3, nz, ny, nx). It is the central difference that kicks use; on
  /// the faces, where there are no particles, it is one-sided.
  ///
  /// A particle of charge q experiences the force qE/γ0², which is that of the electric and the
  /// magnetic field together.
  public var field: [Double] {
    let strides = [1, nodes[0], nodes[0] * nodes[1]]
    return (0..<3).flatMap { axis -> [Double] in
      let (last, stride) = (nodes[axis] - 1, strides[axis])
      return potential.indices.map { node in
        let i = node / stride % nodes[axis]
        let (before, after) = (max(i - 1, 0), min(i + 1, last))
        if before == after { return 0 }
        return (potential[node + (before - i) * stride] - potential[node + (after - i) * stride])
          / (Double(after - before) * spacing[axis])
      }
    }
  }
}

extension MeshFields {
  /// - Parameters:
  ///   - charges: The charges at the nodes of the mesh [C].
  ///   - potential: The potential whose differences give a kick; see ``KickStrength``.
  ///   - profile: λ̂ at the nodes of the bins [m⁻¹], if there is a profile.
  init<T: TableNumber>(
    _ mesh: Mesh<T>, _ inputs: EffectSlice<T>, charges: [Double], potential: [Double],
    profile: [Double]?
  ) {
    let size = mesh.size
    let beta = inputs.reference.beta.plain
    let spacing = [mesh.spacing.x.plain, mesh.spacing.y.plain, mesh.spacing.z.plain]
    let area = spacing[0] * spacing[1]
    axes = ["x", "y", profile == nil ? "z" : "t"]
    nodes = [size.x + 1, size.y + 1, profile?.count ?? (size.isFlat ? 1 : size.z + 1)]
    origin = [mesh.origin.x.plain, mesh.origin.y.plain, mesh.origin.z.plain]
    self.spacing = spacing
    if let profile {
      cellVolume = area * spacing[2] * beta
      density = profile.flatMap { share in charges.map { $0 * (share / (area * beta)) } }
      self.potential = profile.flatMap { share in potential.map { $0 * (share / beta) } }
    } else {
      // For a continuous beam, charges and potentials are those of one second.
      let speed = size.isFlat ? beta * PhysicalConstants.speedOfLight : 1
      let volume = area * spacing[2]
      cellVolume = volume
      density = charges.map { $0 / (speed * volume) }
      self.potential = potential.map { $0 / speed }
    }
  }
}
