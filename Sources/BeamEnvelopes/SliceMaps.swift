import AutoDiff
import BeamTracking
import LinearAlgebra

/// The maps of slices, z ↦ Rz + d about the design orbit, each stored once.
struct SliceMaps<C: SweepScalar> {
  /// The origin of a map.
  enum Source {
    /// A slice of an element.
    case slice(Slice, element: Int, reference: ReferenceParticle<C>, passage: Int)
    /// The square of the map of this index.
    case square(Int)
    /// The identity, between two kicks at one place.
    case identity
  }

  /// The index of a map, and whether it is valid for the present values.
  private struct Slot {
    var number: Int
    var isFresh: Bool
  }

  /// The maps of an element in `count` slices at one energy: of its first slice, of inner slices,
  /// and of its last.
  ///
  /// All access is through mutating functions: reading a property of an entry of a list that is
  /// itself a property of an inout struct copies that struct, with all its lists.
  private struct Known {
    private var count = 0
    private var energy: C = .zero
    private var repetition = 0
    private var slots = InlineArray<3, Slot?>(repeating: nil)

    mutating func find(_ slot: Int, ifIn count: Int, at energy: C, _ repetition: Int) -> Slot? {
      self.count == count && self.repetition == repetition && energy.hasSameWords(as: self.energy)
        ? slots[slot] : nil
    }

    /// - Returns: True if this discards maps of other slices or another energy.
    mutating func note(
      _ slot: Int, _ number: Int, in count: Int, at energy: C, _ repetition: Int
    ) -> Bool {
      var forgets = false
      if self.count != count || self.repetition != repetition
        || !energy.hasSameWords(as: self.energy)
      {
        forgets = self.count != 0
        self.count = count
        self.repetition = repetition
        self.energy = energy
        slots = InlineArray(repeating: nil)
      }
      slots[slot] = Slot(number: number, isFresh: true)
      return forgets
    }

    mutating func makeStale() {
      for i in 0..<3 { slots[i]?.isFresh = false }
    }
  }

  private(set) var sources: [Source] = []
  /// d of each map.
  private(set) var offsets: [Vector6<C>] = []
  /// Whether d of each map is not zero.
  private(set) var hasOffset: [Bool] = []
  /// Whether each map leaves x, y and t uncoupled.
  private(set) var isUncoupled: [Bool] = []
  private var known: [Known] = []
  private var repetition = 0
  private(set) var matrices = MapMatrices<C>()
  /// For each map, the index of its square.
  private var squares: [Slot?] = []
  private var identityNumber: Int?
  /// The initial reference particle for which maps are kept: they are valid for one energy of one
  /// run.
  private var start: ReferenceParticle<C>?
  private var isRecorded = false
  private var isKept = false

  var count: Int { sources.count }

  /// Begins a run in which the numbers of the elements `changed` may differ from those of the last
  /// run.
  mutating func reset(
    elementCount: Int, changed: [Int], start: ReferenceParticle<C>, isRecorded: Bool
  ) {
    repetition = 0
    if isKept, known.count == elementCount, isRecorded == self.isRecorded, let old = self.start,
      old.species == start.species,
      old.kineticEnergyOverMass.hasSameWords(as: start.kineticEnergyOverMass)
    {
      for index in changed { known[index].makeStale() }
      return
    }
    sources.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    hasOffset.removeAll(keepingCapacity: true)
    isUncoupled.removeAll(keepingCapacity: true)
    squares.removeAll(keepingCapacity: true)
    identityNumber = nil
    known.removeAll(keepingCapacity: true)
    known.append(contentsOf: repeatElement(Known(), count: elementCount))
    self.start = start
    self.isRecorded = isRecorded
    isKept = true
  }

  /// Records that the energy may have changed. It may be the same number by coincidence, as after a
  /// cavity without voltage, but with another derivative, so that no earlier map may be used again.
  mutating func beginSection() { repetition += 1 }

  /// The index of the map of a slice of element `index`, if it is known; `energy` is the energy at
  /// the slice's end.
  mutating func knownNumber(
    of index: Int, _ slice: Slice, alike: EquivalentSlices, at energy: C
  ) -> Int? {
    guard alike != .none,
      let found = known[index].find(
        alike.slot(of: slice), ifIn: slice.count, at: energy, repetition),
      found.isFresh
    else { return nil }
    return found.number
  }

  /// Computes the map of a slice of element `index`; the reference particle of `inputs` is at the slice's end.
  ///
  /// - Returns: The index of the map.
  mutating func find(
    of index: Int, _ element: any Element, alike: EquivalentSlices,
    _ inputs: SliceInputs<C>, in frame: SliceFrame<C>?, _ passage: Int,
    _ recordings: SliceRecordings
  ) -> Int {
    let slice = inputs.slice
    let source = Source.slice(slice, element: index, reference: inputs.reference, passage: passage)
    let map = C.affineMap(element, index: index, inputs, in: frame, recordings)
    if alike == .none {
      isKept = false
      return write(nil, map.matrix, map.offset, source)
    }
    let energy = inputs.reference.kineticEnergyOverMass
    let slot = alike.slot(of: slice)
    let old = known[index].find(slot, ifIn: slice.count, at: energy, repetition)?.number
    if let old { squares[old]?.isFresh = false }
    let number = write(old, map.matrix, map.offset, source)
    if known[index].note(slot, number, in: slice.count, at: energy, repetition) { isKept = false }
    return number
  }

  /// The index of the square of the map of index `number`.
  mutating func square(of number: Int) -> Int {
    let found = squares[number]
    if let found, found.isFresh { return found.number }
    let matrix = self[number]
    let offset = offsets[number]
    let shift = matrix * offset
    let result = write(
      found?.number, matrix * matrix, Vector6 { shift[$0] + offset[$0] }, .square(number))
    squares[number] = Slot(number: result, isFresh: true)
    return result
  }

  /// The index of the identity.
  var identity: Int {
    mutating get {
      if let identityNumber { return identityNumber }
      let number = write(nil, .identity, Vector6(repeating: .zero), .identity)
      identityNumber = number
      return number
    }
  }

  /// R of map `number`.
  subscript(number: Int) -> Matrix6<C> { matrices[number] }

  /// Stores a map in the place of map `old`, or as another one if that is nil.
  ///
  /// - Returns: Its index.
  private mutating func write(
    _ old: Int?, _ matrix: Matrix6<C>, _ offset: Vector6<C>, _ source: Source
  ) -> Int {
    var isShifted = false
    var isCoupled = false
    for i in 0..<6 {
      if !offset[i].hasSameWords(as: .zero) { isShifted = true }
      for j in 0..<6 where i / 2 != j / 2 && !matrix[i, j].hasSameWords(as: .zero) {
        isCoupled = true
      }
    }
    let number = old ?? count
    if old == nil {
      sources.append(source)
      offsets.append(offset)
      hasOffset.append(isShifted)
      isUncoupled.append(!isCoupled)
      squares.append(nil)
    } else {
      sources[number] = source
      offsets[number] = offset
      hasOffset[number] = isShifted
      isUncoupled[number] = !isCoupled
    }
    matrices.set(number, matrix)
    return number
  }
}

/// The matrices of maps, in the layout of ``MatrixColumn``.
///
/// Apart from the maps' other lists: who reads these takes one reference, and not one to each of the lists.
struct MapMatrices<C: SweepScalar> {
  private var words: [Double] = []

  subscript(number: Int) -> Matrix6<C> { withMatrix(number) { Matrix6(at: $0) } }

  @inline(__always)
  func withMatrix<R>(_ number: Int, _ body: (UnsafePointer<Double>) throws -> R) rethrows -> R {
    try words.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { preconditionFailure("there is no map") }
      return try body(base + number * MatrixColumn<C>.matrixSize)
    }
  }

  fileprivate mutating func set(_ number: Int, _ matrix: Matrix6<C>) {
    let size = MatrixColumn<C>.matrixSize
    if words.count < (number + 1) * size {
      words.append(contentsOf: repeatElement(0, count: (number + 1) * size - words.count))
    }
    words.withUnsafeMutableBufferPointer { words in
      if let base = words.baseAddress { matrix.store(to: base + number * size) }
    }
  }
}

extension EquivalentSlices {
  /// The slot of the map of `slice` among those of an element.
  fileprivate func slot(of slice: Slice) -> Int {
    self == .all ? 1 : slice.isFirst ? 0 : slice.isLast ? 2 : 1
  }
}

extension SweepScalar {
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
