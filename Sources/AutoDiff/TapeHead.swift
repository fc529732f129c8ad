/// The place where a tape is being written. Each number of the tape points to it.
///
/// Serial numbers of operations grow during the whole life of a tape, so that a number from before
/// an erasure is told from a new one. A head is never freed: a number that outlives its tape is
/// then recognised, and memory that is used for something else is never read.
@frozen @usableFromInline
struct TapeHead {
  /// The serial number of the next operation.
  @usableFromInline var next: UInt64
  /// The serial number at which the chunk being written is full.
  @usableFromInline var end: UInt64
  /// The serial number of place 0; operations up to it are erased. `UInt64.max` once the tape is
  /// freed.
  @usableFromInline var origin: UInt64
  /// The address that serial number 0 would have if the chunk being written reached back to it.
  @usableFromInline var base: UInt
  /// The tape, until it is freed.
  var tape: Unmanaged<Tape>

  init(tape: Tape) {
    next = 0
    end = 0
    origin = 0
    base = 0
    self.tape = .passUnretained(tape)
  }
}

extension UnsafeMutablePointer<TapeHead> {
  /// Writes an operation, and returns its serial number.
  @inlinable @inline(__always)
  func append(_ node: TapeNode) -> UInt64 {
    if pointee.next == pointee.end { advance() }
    let serial = pointee.next
    let address = pointee.base &+ UInt(truncatingIfNeeded: serial) &* Self.stride
    // The chunk's own address plus less than its size: never 0.
    UnsafeMutablePointer<TapeNode>(bitPattern: address).unsafelyUnwrapped.initialize(to: node)
    pointee.next = serial &+ 1
    return serial
  }

  /// Ends the program if the operation with this serial number is no longer on the tape.
  @inlinable @inline(__always)
  func check(_ serial: UInt64) {
    if serial <= pointee.origin { refuseErased() }
  }

  /// The place of an operation on the tape.
  @inlinable @inline(__always)
  func place(_ serial: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: serial &- pointee.origin) }

  @usableFromInline static var stride: UInt {
    @inlinable @inline(__always) get { UInt(MemoryLayout<TapeNode>.stride) }
  }

  @usableFromInline @inline(never)
  func advance() { pointee.tape.takeUnretainedValue().beginNextChunk() }

  // `fatalError`: optimised code does not show the message of a `preconditionFailure`.

  @usableFromInline @inline(never)
  func refuseErased() -> Never {
    if pointee.origin == .max {
      fatalError("a number outlives the tape that it is recorded on")
    }
    fatalError("a number is used after its tape has been erased")
  }
}

@usableFromInline @inline(never)
func refuseMixedTapes() -> Never {
  fatalError("numbers of two tapes meet in one operation")
}
