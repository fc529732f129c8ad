/// A record of operations on numbers. One backward pass through it gives the derivatives of one
/// result with respect to all variables, for a few times the cost of the result itself.
///
/// The safe way is to pass a formula that is generic over the scalar, which can neither store a
/// number of the tape nor mix numbers of two tapes: ``gradient(of:at:)``,
/// ``hessianVectorProduct(of:at:direction:)``, ``jacobian(of:at:)``. By hand it is
///
///     let tape = Tape()
///     let x = tape.variable(3)
///     let y = x * .sin(x)
///     tape.runBackward(from: y)
///     tape.adjoint(of: x)       // sin 3 + 3·cos 3
///     tape.erase()
///
/// A tape keeps its memory when it is erased, so that a second pass of the same size allocates
/// nothing. One operation takes 24 bytes while it is recorded and 8 more in the backward pass. Each
/// `Tape` leaves 64 bytes allocated when it is freed, by which numbers that outlive it are
/// recognised. There may be any number of tapes at once; each is used by one thread at a time.
public final class Tape {
  @usableFromInline let head: UnsafeMutablePointer<TapeHead>
  /// Operations in the order in which they were recorded; place 0 of the first chunk is "none".
  private var chunks: [UnsafeMutablePointer<TapeNode>] = []
  /// The number of chunks in use.
  private var begun = 0
  /// The derivatives of the result to each operation, place by place.
  private var adjoints: UnsafeMutableBufferPointer<Double>
  /// How many of them belong to the last backward pass.
  private var known = 0
  /// Arguments of the formula being recorded; kept for their memory.
  @usableFromInline var variables: [Adjoint] = []
  @usableFromInline var directions: [Dual<1, Adjoint>] = []
  /// Whether a formula is being recorded.
  @usableFromInline private(set) var isRecording = false

  /// How often memory was allocated; it stays the same from the second recording of a formula on.
  public private(set) var growths = 0

  /// Operations in one chunk of memory.
  private static let chunkSize = 1 << 16

  /// An empty tape.
  public init() {
    head = .allocate(capacity: 1)
    adjoints = .init(start: nil, count: 0)
    head.initialize(to: TapeHead(tape: self))
    takePlaceZero()
  }

  deinit {
    for chunk in chunks { chunk.deallocate() }
    adjoints.deallocate()
    // The head stays allocated, and rejects every number of this tape from now on.
    head.pointee.origin = .max
  }

  /// The number of operations on the tape, variables among them.
  public var count: Int { Int(head.pointee.next &- head.pointee.origin) - 1 }

  /// A number with respect to which derivatives are taken.
  public func variable(_ value: Double) -> Adjoint {
    let serial = head.append(TapeNode(parents: (0, 0), derivatives: (value, 0)))
    return Adjoint(value, serial: serial, on: head)
  }

  /// Forgets all operations, and keeps the memory. The program ends if a number from before is
  /// used.
  public func erase() {
    head.pointee.origin = head.pointee.next
    head.pointee.end = head.pointee.next
    begun = 0
    known = 0
    takePlaceZero()
  }

  /// Erases the tape, does `body`, and erases it again, so that no number leaves the scope.
  ///
  /// A recording within another would erase it; the program ends if that is tried.
  ///
  /// - Throws: What `body` throws.
  @inlinable
  public func record<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    begin()
    defer { end() }
    return try body()
  }

  @usableFromInline func begin() {
    if isRecording { fatalError("a tape is asked to record while it is recording") }
    isRecording = true
    erase()
  }

  @usableFromInline func end() {
    isRecording = false
    erase()
  }

  /// Continues in the next chunk of memory, a new one where there is none.
  func beginNextChunk() {
    if begun == chunks.count {
      if count >= Int(UInt32.max) - Self.chunkSize {
        fatalError("a tape holds at most 4,294,836,224 operations")
      }
      chunks.append(.allocate(capacity: Self.chunkSize))
      growths += 1
    }
    let next = head.pointee.next
    head.pointee.base =
      UInt(bitPattern: chunks[begun]) &- UInt(truncatingIfNeeded: next)
      &* UInt(MemoryLayout<TapeNode>.stride)
    head.pointee.end = next &+ UInt64(Self.chunkSize)
    begun += 1
  }

  private func takePlaceZero() {
    head.pointee.origin = head.append(TapeNode(parents: (0, 0), derivatives: (0, 0)))
  }
}

// MARK: The backward pass

extension Tape {
  /// The results y from which a backward pass starts, each with its weight ∂L/∂y.
  public struct Seeds: ~Copyable {
    fileprivate let tape: Tape

    /// Adds `weight` to ∂L/∂y of a result y. For a constant nothing happens.
    public mutating func add(_ weight: Double, to result: Adjoint) {
      guard let place = tape.place(of: result) else { return }
      tape.adjoints[place] += weight
    }
  }

  /// Goes backward through the tape, from the results that `seed` names with their weights.
  ///
  /// Afterwards ``adjoint(of:)`` is Σ weight·∂result/∂variable. More operations may be recorded and
  /// another backward pass made; each pass begins with zero derivatives.
  ///
  /// - Throws: What `seed` throws.
  public func runBackward<Failure: Error>(
    from seed: (inout Seeds) throws(Failure) -> Void
  ) throws(Failure) {
    makeAdjoints()
    var seeds = Seeds(tape: self)
    try seed(&seeds)
    accumulate()
  }

  /// Goes backward through the tape from one result.
  public func runBackward(from result: Adjoint) {
    runBackward { seeds in seeds.add(1, to: result) }
  }

  /// The derivative ∂L/∂x that the last backward pass has found for the variable x.
  ///
  /// L is the result from which the pass went backward, or the sum of results times the weights that
  /// `seed` gave them. The derivative is 0 for a constant, and for a variable made after the pass.
  ///
  /// - Parameter variable: A number from ``variable(_:)`` of this tape. Any other number of a tape,
  ///   such as a result, ends the program.
  public func adjoint(of variable: Adjoint) -> Double {
    guard let place = place(of: variable) else { return 0 }
    // A number that differs from a variable by a constant has the same place, but another value.
    let node = node(at: place)
    if !node.isVariable || node.derivatives.0.bitPattern != variable.value.bitPattern {
      fatalError("a derivative is asked for to a number that is no variable of the tape")
    }
    return place < known ? adjoints[place] : 0
  }

  /// The place of a number; `nil` for a constant.
  private func place(of number: Adjoint) -> Int? {
    guard let head = number.head else { return nil }
    if head != self.head { refuseMixedTapes() }
    head.check(number.serial)
    return Int(head.place(number.serial))
  }

  private func node(at place: Int) -> TapeNode {
    chunks[place / Self.chunkSize][place % Self.chunkSize]
  }

  /// One derivative for each operation, all zero.
  private func makeAdjoints() {
    known = count + 1
    if adjoints.count < known {
      adjoints.deallocate()
      adjoints = .allocate(capacity: begun * Self.chunkSize)
      adjoints.initialize(repeating: 0)
      growths += 1
    } else {
      adjoints.baseAddress?.update(repeating: 0, count: known)
    }
  }

  /// The chain rule, from the last operation to the first.
  ///
  /// Most operations have the one just before them as an operand. The derivative of that one stays
  /// in a register: through memory, each operation would wait for a store that has just been made.
  private func accumulate() {
    guard let adjoints = adjoints.baseAddress else { return }
    var end = known
    var carried = 0.0
    while end > 0 {
      let start = (end - 1) / Self.chunkSize * Self.chunkSize
      let nodes = chunks[start / Self.chunkSize]
      var place = end - 1
      while place >= start {
        let adjoint = adjoints[place] + carried
        adjoints[place] = adjoint
        carried = 0
        // A result that has no effect is skipped, so that an infinite derivative does no harm.
        if adjoint != 0 {
          let node = nodes[place - start]
          let first = Int(node.parents.0)
          let second = Int(node.parents.1)
          if first == place - 1 {
            carried = node.derivatives.0 * adjoint
          } else {
            adjoints[first] += node.derivatives.0 * adjoint
          }
          if second == place - 1 {
            carried += node.derivatives.1 * adjoint
          } else if second != place {
            adjoints[second] += node.derivatives.1 * adjoint
          }
        }
        place -= 1
      }
      end = start
    }
  }
}
