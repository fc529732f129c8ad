#if BEAMTRACK_WITH_MPI
  import CMPI

  /// A communicator of MPI, of all processes. Messages of one are never taken for those of another.
  ///
  /// It may be used from any thread, one at a time.
  struct MPIGroup: @unchecked Sendable {
    let communicator: CMPICommunicator
    let rank: Int
    let size: Int

    /// - Throws: ``MPIError``.
    init() throws {
      var made = CMPICommunicator()
      try MPIError.check(cmpi_make_communicator(&made))
      communicator = made
      var numbers: (rank: Int32, size: Int32) = (0, 1)
      try MPIError.check(cmpi_rank(made, &numbers.rank))
      try MPIError.check(cmpi_size(made, &numbers.size))
      (rank, size) = (Int(numbers.rank), Int(numbers.size))
    }
  }

  /// Operations that were begun together.
  struct Requests {
    private var all: [CMPIRequest] = []

    /// Begins an operation.
    ///
    /// - Throws: ``MPIError``.
    mutating func begin(_ operation: (UnsafeMutablePointer<CMPIRequest>) -> Int32) throws {
      var request = cmpi_no_request()
      try MPIError.check(operation(&request))
      all.append(request)
    }

    /// Whether all are done.
    ///
    /// - Throws: ``MPIError``.
    mutating func areDone() throws -> Bool {
      var done: Int32 = 0
      try MPIError.check(cmpi_test_all(Int32(all.count), &all, &done))
      return done != 0
    }

    /// Calls off receives.
    mutating func cancel() {
      for i in all.indices { _ = cmpi_cancel(&all[i]) }
    }
  }

  /// Memory of messages. It is not freed by itself: where an operation is given up, MPI may still use it.
  struct MessageMemory: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ length: Int) { bytes = .allocate(byteCount: length, alignment: 16) }

    init(_ content: [UInt8]) {
      self.init(content.count)
      bytes.copyBytes(from: content)
    }

    /// Whole numbers as MPI counts.
    init(counts: [Int]) {
      self.init(MemoryLayout<Int32>.stride * counts.count)
      bytes.withMemoryRebound(to: Int32.self) { memory in
        for (i, count) in counts.enumerated() { memory.initializeElement(at: i, to: Int32(count)) }
      }
    }

    var counts: UnsafePointer<Int32>? {
      UnsafePointer(bytes.baseAddress?.assumingMemoryBound(to: Int32.self))
    }

    subscript(range: Range<Int>) -> UnsafeMutableRawBufferPointer {
      UnsafeMutableRawBufferPointer(rebasing: bytes[range])
    }

    func free() { bytes.deallocate() }
  }

  /// Messages in the memory of the caller, by rank.
  struct MessagesInPlace: @unchecked Sendable {
    let outgoing: [UnsafeRawBufferPointer]
    let incoming: [UnsafeMutableRawBufferPointer]
  }
#endif
