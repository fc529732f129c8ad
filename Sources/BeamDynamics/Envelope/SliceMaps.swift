import AutoDiff
import LinearAlgebra

/// The maps of slices, each once: z ↦ Rz + d about the design orbit.
struct SliceMaps<C: EnvelopeScalar> {
  /// Where a map comes from.
  enum Source {
    /// A slice of an element.
    case slice(Slice, element: Int, reference: ReferenceParticle<C>, passage: Int)
    /// The map of this number, twice.
    case square(Int)
  }

  /// What is known of a map besides its matrix.
  struct Map {
    let source: Source
    /// d
    let offset: Vector6<C>
    let hasOffset: Bool
  }

  /// The maps of an element at one energy, between two elements that may change it.
  private struct Known {
    var count = 0
    var energy: C = .zero
    var stretch = 0
    var first: Int?
    var inner: Int?
    var last: Int?
    var square: Int?
  }

  private(set) var maps: [Map] = []
  private var known: [Known] = []
  private var stretch = 0
  /// R of each map, as ``MatrixColumn`` lays it.
  private var matrices: [Double] = []
  private var squares: [Int: Int] = [:]

  /// Whether anything depends on each map, where `isActive` says it of an element's.
  func activity(_ isActive: (Int) -> Bool) -> [Bool] {
    var result: [Bool] = []
    result.reserveCapacity(maps.count)
    for map in maps {
      switch map.source {
      case .slice(_, let element, _, _): result.append(isActive(element))
      case .square(let root): result.append(result[root])
      }
    }
    return result
  }

  mutating func reset(elementCount: Int) {
    maps.removeAll(keepingCapacity: true)
    squares.removeAll(keepingCapacity: true)
    known.removeAll(keepingCapacity: true)
    known.append(contentsOf: repeatElement(Known(), count: elementCount))
  }

  /// Notes that the energy may have changed. If it is the same number by chance, as behind a cavity
  /// without voltage, it is still another one for derivatives: no map from before serves again.
  mutating func beginStretch() { stretch += 1 }

  /// The number of the map of a slice of element `index`; `reference` is at its end.
  mutating func number(
    of index: Int, _ slice: Slice, _ element: any Element, _ values: ElementValues<C>,
    _ reference: ReferenceParticle<C>, _ passage: Int
  ) -> Int {
    let alike = element.alikeSlices
    if alike == .none {
      return add(index, slice, element, values, reference, passage)
    }
    let energy = reference.kineticEnergyOverMass
    if known[index].count != slice.count || known[index].stretch != stretch
      || !energy.hasSameWords(as: known[index].energy)
    {
      known[index] = Known(count: slice.count, energy: energy, stretch: stretch)
    }
    let isFirst = alike == .inner && slice.isFirst
    let isLast = alike == .inner && slice.isLast
    let found = isFirst ? known[index].first : isLast ? known[index].last : known[index].inner
    if let found { return found }
    let number = add(index, slice, element, values, reference, passage)
    if isFirst {
      known[index].first = number
    } else if isLast {
      known[index].last = number
    } else {
      known[index].inner = number
    }
    return number
  }

  /// The number of the map that is that of `number` twice.
  mutating func square(of number: Int) -> Int {
    if let found = squares[number] { return found }
    let matrix = self[number]
    let offset = maps[number].offset
    let shift = matrix * offset
    let result = append(
      matrix * matrix, Vector6 { shift[$0] + offset[$0] }, hasOffset: maps[number].hasOffset,
      .square(number))
    squares[number] = result
    return result
  }

  /// R of map `number`.
  subscript(number: Int) -> Matrix6<C> {
    withMatrix(number) { Matrix6(at: $0) }
  }

  @inline(__always)
  func withMatrix<R>(_ number: Int, _ body: (UnsafePointer<Double>) throws -> R) rethrows -> R {
    try matrices.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { preconditionFailure("there is no map") }
      return try body(base + number * MatrixColumn<C>.matrixSize)
    }
  }

  private mutating func add(
    _ index: Int, _ slice: Slice, _ element: any Element, _ values: ElementValues<C>,
    _ reference: ReferenceParticle<C>, _ passage: Int
  ) -> Int {
    var map = AffineMap<C>.identity
    map.follow(
      by: C.pointMap(element, values.inputs(slice, reference)), in: values.frame { Tangent($0) })
    let offset = map.offset
    var hasOffset = false
    for i in 0..<6 where !offset[i].hasSameWords(as: .zero) { hasOffset = true }
    return append(
      map.matrix, offset, hasOffset: hasOffset,
      .slice(slice, element: index, reference: reference, passage: passage))
  }

  private mutating func append(
    _ matrix: Matrix6<C>, _ offset: Vector6<C>, hasOffset: Bool, _ source: Source
  ) -> Int {
    let number = maps.count
    maps.append(Map(source: source, offset: offset, hasOffset: hasOffset))
    let size = MatrixColumn<C>.matrixSize
    while matrices.count < (number + 1) * size { matrices.append(0) }
    matrices.withUnsafeMutableBufferPointer { words in
      if let base = words.baseAddress { matrix.store(to: base + number * size) }
    }
    return number
  }
}

extension EnvelopeScalar {
  /// True if value and derivatives are equal; −0 equals 0.
  func hasSameWords(as other: Self) -> Bool {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * Self.componentCount) { words in
      guard let base = words.baseAddress else { return true }
      let count = Self.componentCount
      store(to: base, stride: 1)
      other.store(to: base + count, stride: 1)
      for i in 0..<count where base[i] != base[count + i] { return false }
      return true
    }
  }
}
