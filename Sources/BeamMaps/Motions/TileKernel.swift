import AutoDiff

/// A map of one precision, applied to whole tiles.
public struct TileKernel<Word: ParticleWord>: Sendable {
  @usableFromInline let onTile: TileAction<Word>
  /// What the map leaves as it is.
  public let kept: KeptCoordinates

  /// The kernel of a map whose scalar is a group of lanes.
  @inlinable
  public init<S: ParticleScalar>(_ map: TransferMap<S>) where S.Word == Word {
    guard let onTile = map.onTile else { fatalError("no tile is moved by such numbers") }
    self.onTile = onTile
    kept = map.kept
  }

  @inlinable
  package init(_ onTile: @escaping TileAction<Word>, kept: KeptCoordinates = .none) {
    self.onTile = onTile
    self.kept = kept
  }

  /// Applies the map to every living particle of `tile`.
  @inlinable
  public func callAsFunction(_ tile: inout Tile<Word>) { onTile(&tile) }
}
