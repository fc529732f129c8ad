import BeamMaps

extension ParticleBlocks {
  /// Transforms a particle back from the frame at fixed time, if the transformation exists for it.
  func leaveFixedTime(_ particle: Int, _ reference: ReferenceParticle<Double>) {
    let (number, i) = place(ofParticle: particle)
    let numbers = particles(ofTile: number)
    var tile = Tile(
      base: address(ofTile: number), count: numbers.count, firstParticle: numbers.lowerBound)
    tile.leaveFixedTime(i, reference)
  }
}

extension Tile {
  /// The same for particle `i` of this tile.
  mutating func leaveFixedTime(_ i: Int, _ reference: ReferenceParticle<Double>) {
    var z = point(i)
    if FixedTimeExit<Double>(reference).move(&z), z.isFinite { setPoint(i, to: z) }
  }
}
