import BeamTracking

/// Charge density, potential and field of a beam at the nodes of a kick's mesh, in the laboratory.
///
/// Nodes have the shape (nz, ny, nx), x fastest. Of the model 2.5D, the third axis is t = c·Δt; of 2D there
/// is one plane, 1 m deep.
public struct MeshFields: Sendable {
  /// The axes' names: "x", "y", and "z" or "t".
  public let axes: [String]
  /// Nodes along each axis.
  public let nodes: [Int]
  /// The position of the first node [m].
  public let origin: [Double]
  /// From a node to the next [m].
  public let spacing: [Double]
  /// The volume that a node stands for [m³]; along t, it moves at the beam's speed.
  public let cellVolume: Double
  /// ρ [C·m⁻³].
  public let density: [Double]
  /// φ [V].
  public let potential: [Double]

  /// The charge on the mesh [C].
  public var charge: Double { density.reduce(0, +) * cellVolume }

  /// E = −∇φ [V·m⁻¹], shape (3, nz, ny, nx): by the differences that particles feel, which are central;
  /// one-sided on the faces, where there are no particles.
  ///
  /// A particle of the charge q feels the force qE/γ0², which is that of the electric and the magnetic
  /// field together.
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
  ///   - charges: At the nodes of the mesh [C].
  ///   - potential: What a kick's differences are taken of; see ``KickStrength``.
  ///   - profile: λ̂ at the nodes of the bins [m⁻¹], where there is one.
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
      // Of a continuous beam, charges and potentials are those of one second.
      let speed = size.isFlat ? beta * PhysicalConstants.speedOfLight : 1
      let volume = area * spacing[2]
      cellVolume = volume
      density = charges.map { $0 / (speed * volume) }
      self.potential = potential.map { $0 / speed }
    }
  }
}
