import AutoDiff
import Documents
import SystemLibrary

/// A lineshape with its type erased: numbers that may be fitted, and curves for any values of them.
public struct DynamicLineshape: Sendable {
  /// A slot: a real number of the lineshape, which may be fitted.
  public struct Slot: Sendable, Equatable {
    /// "mass"; "re[2]" for an entry of a list.
    public let name: String
    /// "GeV", "rad"; empty for a number without unit.
    public let unit: String
    /// The value, in this unit.
    public internal(set) var value: Double
    @usableFromInline let offset: Int
    @usableFromInline let index: Int?
  }

  /// The amplitudes of a block of events, see ``Curve``.
  typealias BlockCurve = @Sendable (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void

  /// The name of its kind.
  public let kind: String
  /// Its real numbers in the order of its table, the entries of lists one by one.
  public private(set) var slots: [Slot]
  @usableFromInline let curve: @Sendable ([Double]) -> Curve<Double>
  @usableFromInline
  let onBlocks: Builder<Double>
  @usableFromInline
  let onBlocksWithPairs: Builder<TangentPair<Double>>
  @usableFromInline
  let onBlocksWithPairsAlong: Builder<TangentPair<Tangent<Double>>>

  /// Makes curves over blocks from the values of the slots.
  @usableFromInline
  typealias Builder<Constant> =
    @Sendable ([Constant]) ->
    @Sendable (UnsafePointer<Double>, UnsafeMutablePointer<Double>) ->
    Void

  /// Erases the type of a lineshape.
  ///
  /// - Parameters:
  ///   - lineshape: The lineshape with the values of its slots.
  ///   - decay: The decay of the resonance.
  @inlinable
  public init<L: Lineshape>(_ lineshape: L, _ decay: TwoBodyDecay) {
    let slots = Self.slots(of: lineshape)
    self.init(
      kind: L.name, slots: slots,
      curve: { values in lineshape.curve(Self.lifted(lineshape, slots, values), decay) },
      onBlocks: { values in
        let curve: Curve<NativeLanes.Doubles> =
          lineshape.curve(Self.lifted(lineshape, slots, values), decay)
        return curve.forBlocks
      },
      onBlocksWithPairs: { values in
        let curve: Curve<TangentPair<NativeLanes.Doubles>> =
          lineshape.curve(Self.lifted(lineshape, slots, values), decay)
        return curve.forBlocks
      },
      onBlocksWithPairsAlong: { values in
        let curve: Curve<TangentPair<Tangent<NativeLanes.Doubles>>> =
          lineshape.curve(Self.lifted(lineshape, slots, values), decay)
        return curve.forBlocks
      })
  }

  @usableFromInline
  init(
    kind: String, slots: [Slot], curve: @escaping @Sendable ([Double]) -> Curve<Double>,
    onBlocks: @escaping Builder<Double>,
    onBlocksWithPairs: @escaping Builder<TangentPair<Double>>,
    onBlocksWithPairsAlong: @escaping Builder<TangentPair<Tangent<Double>>>
  ) {
    self.kind = kind
    self.slots = slots
    self.curve = curve
    self.onBlocks = onBlocks
    self.onBlocksWithPairs = onBlocksWithPairs
    self.onBlocksWithPairsAlong = onBlocksWithPairsAlong
  }

  /// The amplitude at one squared mass [GeV²], for the given values of the slots; its own if nil.
  public func amplitude(at s: Double, _ values: [Double]? = nil) -> ComplexNumber<Double> {
    curve(values ?? slots.map(\.value))(s)
  }

  /// The same lineshape with other values in its slots.
  public func with(_ values: [Double]) -> Self {
    require(values.count == slots.count, "a lineshape takes one value for each slot")
    var copy = self
    for (i, value) in values.enumerated() { copy.slots[i].value = value }
    return copy
  }

  /// The parameters with `values` in the place of the slots.
  @inlinable @inline(__always)
  static func lifted<L: Lineshape, Constant: RealScalar>(
    _ lineshape: L, _ slots: [Slot], _ values: [Constant]
  ) -> Lifted<L, Constant> {
    require(values.count == slots.count, "a lineshape takes one value for each slot")
    return Lifted(
      lineshape,
      replacing: zip(slots, values).map { slot, value in
        .init(offset: slot.offset, index: slot.index, value: value)
      })
  }

  @usableFromInline
  static func slots<L: Lineshape>(of lineshape: L) -> [Slot] {
    L.parameters.parameters.flatMap { parameter -> [Slot] in
      guard let offset = parameter.offset else { return [] }
      switch parameter.storage {
      case .real(let path, _):
        return [
          Slot(
            name: parameter.name, unit: parameter.unit, value: lineshape[keyPath: path],
            offset: offset, index: nil)
        ]
      case .vector(let path):
        return lineshape[keyPath: path].enumerated().map { index, value in
          Slot(
            name: "\(parameter.name)[\(index)]", unit: parameter.unit, value: value,
            offset: offset, index: index)
        }
      case .optional, .integer, .chosen, .word, .rows, .flag, .objects:
        return []
      }
    }
  }
}
