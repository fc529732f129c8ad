import AutoDiff
import BeamMaps
import ParameterTables
import SystemLibrary

/// How the six coordinates of many particles lie in one array.
public enum CoordinateLayout: String, Hashable, Sendable, CaseIterable {
  /// x, px, y, py, t, pt of particle 0, then of particle 1: the shape (particles, 6), row after row.
  case byParticle
  /// x of all particles, then px of all: the shape (6, particles), row after row.
  case byCoordinate

  /// How many numbers lie between a coordinate of one particle and that of the next, and between one
  /// coordinate of a particle and the next.
  func strides(count: Int) -> (particle: Int, coordinate: Int) {
    switch self {
    case .byParticle: (6, 1)
    case .byCoordinate: (1, count)
    }
  }
}

/// Arrays that do not make a bunch.
public struct InvalidBunch: Error, Equatable, CustomStringConvertible {
  /// What is wrong, and where.
  public let reason: String

  public var description: String { "the bunch cannot be made: " + reason }
}

extension Bunch {
  /// A bunch from arrays, such as those of a file or of another program.
  ///
  /// - Parameters:
  ///   - coordinates: Six numbers for each particle: x [m], px, y [m], py, t [m], pt.
  ///   - layout: The order of these numbers.
  ///   - weights: How many real particles each macro-particle stands for; 1 each if nil.
  ///   - alive: False for particles that are lost; all live if nil.
  ///   - reference: The particle that the coordinates are measured against.
  /// - Throws: ``InvalidBunch`` if the arrays do not have the same number of particles, or if a weight
  ///   is negative or no finite number.
  public init<Number: ParticleWord>(
    coordinates: [Number], layout: CoordinateLayout = .byParticle, weights: [Number]? = nil,
    alive: [Bool]? = nil, reference: ReferenceParticle<Double>
  ) throws(InvalidBunch) {
    let (count, rest) = coordinates.count.quotientAndRemainder(dividingBy: 6)
    if rest != 0 {
      throw InvalidBunch(
        reason: "\(coordinates.count) numbers are not six coordinates for each particle")
    }
    for (name, found) in [("weights", weights?.count), ("flags of life", alive?.count)] {
      if let found, found != count {
        throw InvalidBunch(reason: "there are \(count) particles and \(found) \(name)")
      }
    }
    let strides = layout.strides(count: count)
    // A closure of typed errors would have to be generic: the error comes back as a value.
    let made: Result<Self, InvalidBunch> = coordinates.withUnsafeBufferPointer { numbers in
      weights.withOptionalBuffer { weights in
        alive.withOptionalBuffer { alive in
          Result { () throws(InvalidBunch) in
            try Self(
              strided: numbers.baseAddress, particleStride: strides.particle,
              coordinateStride: strides.coordinate, count: count, weights: weights, alive: alive,
              reference: reference)
          }
        }
      }
    }
    self = try made.get()
  }

  /// A bunch from coordinates that lie anywhere in memory, such as a slice of a NumPy array.
  ///
  /// - Parameters:
  ///   - coordinates: Coordinate j of particle i lies at `i * particleStride + j * coordinateStride`; nil
  ///     is allowed if there are no particles.
  ///   - particleStride: In numbers, not in bytes; it may be negative.
  ///   - coordinateStride: In numbers, not in bytes; it may be negative.
  ///   - count: The number of particles.
  ///   - weights: `count` numbers [real particles]; 1 each if nil.
  ///   - alive: `count` flags; all live if nil.
  ///   - reference: The particle that the coordinates are measured against.
  /// - Throws: ``InvalidBunch`` if a weight is negative or no finite number.
  @_specialize(exported:false,where Word == Double, Number == Double)
  @_specialize(exported:false,where Word == Double, Number == Float)
  @_specialize(exported:false,where Word == Float, Number == Double)
  @_specialize(exported:false,where Word == Float, Number == Float)
  public init<Number: ParticleWord>(
    strided coordinates: UnsafePointer<Number>?, particleStride: Int, coordinateStride: Int,
    count: Int, weights: UnsafePointer<Number>? = nil, alive: UnsafePointer<Bool>? = nil,
    reference: ReferenceParticle<Double>
  ) throws(InvalidBunch) {
    require(count >= 0, "a bunch cannot have a negative number of particles")
    try self.init(count: count, weights: weights, alive: alive, reference: reference) {
      (coordinate, particles, plane) in
      guard let coordinates else { return }
      let from =
        coordinates + (particles.lowerBound * particleStride + coordinate * coordinateStride)
      for i in 0..<particles.count { plane[i] = Word(Double(from[i * particleStride])) }
    }
  }

  /// A bunch from a column for each coordinate, such as those of a file.
  ///
  /// - Parameters:
  ///   - columns: x [m], px, y [m], py, t [m], pt of all particles.
  ///   - weights: How many real particles each macro-particle stands for; 1 each if nil.
  ///   - alive: False for particles that are lost; all live if nil.
  ///   - reference: The particle that the coordinates are measured against.
  /// - Throws: ``InvalidBunch`` if a weight is negative or no finite number.
  /// - Precondition: There are six columns, and all arrays are of one length.
  @_specialize(exported:false,where Word == Double)
  @_specialize(exported:false,where Word == Float)
  package init(
    columns: [[Double]], weights: [Double]?, alive: [Bool]?, reference: ReferenceParticle<Double>
  ) throws(InvalidBunch) {
    precondition(columns.count == 6, "\(columns.count) columns are not six coordinates")
    let count = columns[0].count
    let lengths = columns.map(\.count) + [weights?.count ?? count, alive?.count ?? count]
    precondition(lengths.allSatisfy { $0 == count }, "the columns differ in length: \(lengths)")
    let made: Result<Self, InvalidBunch> = weights.withOptionalBuffer { weights in
      alive.withOptionalBuffer { alive in
        Result { () throws(InvalidBunch) in
          try Self(count: count, weights: weights, alive: alive, reference: reference) {
            (coordinate, particles, plane) in
            columns[coordinate].withUnsafeBufferPointer { column in
              for i in 0..<particles.count {
                plane[i] = Word(column[particles.lowerBound + i])
              }
            }
          }
        }
      }
    }
    self = try made.get()
  }

  /// A bunch whose coordinates `fill` puts into the planes of its tiles: the number of the coordinate,
  /// the particles of a tile, and where these go.
  @inline(__always)
  private init<Number: ParticleWord>(
    count: Int, weights: UnsafePointer<Number>?, alive: UnsafePointer<Bool>?,
    reference: ReferenceParticle<Double>,
    fill: (Int, Range<Int>, UnsafeMutablePointer<Word>) -> Void
  ) throws(InvalidBunch) {
    let capacity = Tile<Word>.capacity
    let tiles = (count + capacity - 1) / capacity
    var isUniform = true
    if let weights {
      for i in 0..<count {
        guard weights[i] >= 0, weights[i].isFinite else {
          throw InvalidBunch(
            reason: "particle \(i) has the weight \(weights[i]), expected a number from 0")
        }
        isUniform = isUniform && weights[i] == weights[0]
      }
    }
    let words = TileStorage<Word>(uninitialized: tiles * Tile<Word>.wordCount) { buffer in
      guard let base = buffer.baseAddress else { return }
      for number in 0..<tiles {
        let first = number * capacity
        let inTile = min(capacity, count - first)
        let tile = base + number * Tile<Word>.wordCount
        // The places behind the last particle must hold numbers, too.
        if inTile < capacity { tile.initialize(repeating: 0, count: Tile<Word>.wordCount) }
        for coordinate in 0..<6 {
          fill(coordinate, first..<(first + inTile), tile + coordinate * capacity)
        }
        let weightPlane = tile + Tile<Word>.weightPlane * capacity
        let alivePlane = tile + Tile<Word>.alivePlane * capacity
        for i in 0..<inTile {
          weightPlane[i] = 1
          alivePlane[i] = 1
        }
        if let weights {
          for i in 0..<inTile { weightPlane[i] = Word(Double(weights[first + i])) }
        }
        if let alive {
          for i in 0..<inTile where !alive[first + i] { alivePlane[i] = 0 }
        }
      }
    }
    self.init(reference: reference, share: BunchShare(allOf: count), storage: words)
    hasUniformWeights = isUniform
  }

  /// The coordinates of all particles, living or lost: x [m], px, y [m], py, t [m], pt.
  ///
  /// - Parameters:
  ///   - layout: The order of the numbers.
  ///   - number: `Double.self` or `Float.self`.
  public func coordinates<Number: ParticleWord>(
    _ layout: CoordinateLayout = .byParticle, as number: Number.Type = Double.self
  ) -> [Number] {
    let strides = layout.strides(count: count)
    return [Number](unsafeUninitializedCapacity: 6 * count) { buffer, initialized in
      if let base = buffer.baseAddress {
        copyCoordinates(
          to: base, particleStride: strides.particle, coordinateStride: strides.coordinate)
      }
      initialized = 6 * count
    }
  }

  /// Writes the coordinates of all particles, living or lost, to any place in memory.
  ///
  /// - Parameters:
  ///   - target: Coordinate j of particle i goes to `i * particleStride + j * coordinateStride`.
  ///   - particleStride: In numbers, not in bytes; it may be negative.
  ///   - coordinateStride: In numbers, not in bytes; it may be negative.
  @_specialize(exported:false,where Word == Double, Number == Double)
  @_specialize(exported:false,where Word == Double, Number == Float)
  @_specialize(exported:false,where Word == Float, Number == Double)
  @_specialize(exported:false,where Word == Float, Number == Float)
  public func copyCoordinates<Number: ParticleWord>(
    to target: UnsafeMutablePointer<Number>, particleStride: Int, coordinateStride: Int
  ) {
    let capacity = Tile<Word>.capacity
    storage.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return }
      for first in stride(from: 0, to: count, by: capacity) {
        let inTile = min(capacity, count - first)
        let tile = base + first / capacity * Tile<Word>.wordCount
        for coordinate in 0..<6 {
          let plane = tile + coordinate * capacity
          let to = target + (first * particleStride + coordinate * coordinateStride)
          for i in 0..<inTile { to[i * particleStride] = Number(Double(plane[i])) }
        }
      }
    }
  }

  /// Some particles, living or lost, as they are written to files.
  ///
  /// - Returns: x [m], px, y [m], py, t [m], pt of each particle, one after the other; how many real
  ///   particles each stands for; false for those that are lost.
  @_specialize(exported:false,where Word == Double)
  @_specialize(exported:false,where Word == Float)
  package func rows(
    of particles: Range<Int>
  ) -> (coordinates: [Double], weights: [Double], alive: [Bool]) {
    precondition(
      0 <= particles.lowerBound && particles.upperBound <= count, "the bunch has no such particles")
    let capacity = Tile<Word>.capacity
    var coordinates = [Double](repeating: 0, count: 6 * particles.count)
    var weights = [Double](repeating: 0, count: particles.count)
    var alive = [Bool](repeating: true, count: particles.count)
    storage.withUnsafeBufferPointer { words in
      var row = 0
      while row < particles.count {
        let (number, place) = (particles.lowerBound + row).quotientAndRemainder(
          dividingBy: capacity)
        let inTile = min(capacity - place, particles.count - row)
        let first = number * Tile<Word>.wordCount + place
        for coordinate in 0..<6 {
          let plane = first + coordinate * capacity
          for i in 0..<inTile {
            coordinates[6 * (row + i) + coordinate] = Double(words[plane + i])
          }
        }
        for i in 0..<inTile {
          weights[row + i] = Double(words[first + Tile<Word>.weightPlane * capacity + i])
          alive[row + i] = words[first + Tile<Word>.alivePlane * capacity + i] != 0
        }
        row += inTile
      }
    }
    return (coordinates, weights, alive)
  }

  /// How many real particles each macro-particle stands for, living or lost.
  public var weights: [Double] { plane(Tile<Word>.weightPlane) { Double($0) } }

  /// Which particles live; false for those that are lost.
  public var alive: [Bool] { plane(Tile<Word>.alivePlane) { $0 != 0 } }

  @inline(__always)
  private func plane<Value>(_ number: Int, _ transform: (Word) -> Value) -> [Value] {
    let capacity = Tile<Word>.capacity
    return storage.withUnsafeBufferPointer { words in
      [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
        guard let base = buffer.baseAddress else { return }
        for first in stride(from: 0, to: count, by: capacity) {
          let plane = first / capacity * Tile<Word>.wordCount + number * capacity
          for i in 0..<min(capacity, count - first) {
            (base + first + i).initialize(to: transform(words[plane + i]))
          }
        }
        initialized = count
      }
    }
  }
}

extension Optional {
  /// The numbers of an array that may be missing.
  fileprivate func withOptionalBuffer<Element, R>(
    _ body: (UnsafePointer<Element>?) -> R
  ) -> R where Wrapped == [Element] {
    guard let self else { return body(nil) }
    return self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
