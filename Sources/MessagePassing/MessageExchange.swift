#if BEAMTRACK_WITH_MPI
  import CMPI
  import Communication

  /// The messages of one process, one operation at a time.
  ///
  /// All that is sent and received lies in memory of its own, except what ``exchange(_:)`` moves.
  struct MessageExchange: Sendable {
    let group: MPIGroup
    /// Whatever is longer is cut into pieces [bytes].
    let longestPiece: Int
    private let shouldStop: @Sendable () -> Bool
    private var notices: Notices
    /// Why no further message can be sent.
    private var failure: (any Error)?
    /// Whether an operation may go on in memory that was given back: MPI must not be called any more.
    private var isTorn = false

    init(
      _ group: MPIGroup, notices: Notices, longestPiece: Int,
      shouldStop: @escaping @Sendable () -> Bool
    ) {
      self.group = group
      self.longestPiece = longestPiece
      self.shouldStop = shouldStop
      self.notices = notices
    }

    /// Begins operations and waits until they are done.
    mutating func perform(_ begin: (inout Requests) throws -> Void) throws {
      if let failure { throw failure }
      var requests = Requests()
      do {
        try begin(&requests)
        try wait { try requests.areDone() }
      } catch {
        failure = error
        throw error
      }
    }

    /// Sends messages from the memory of the caller, and receives into it.
    mutating func exchange(_ messages: MessagesInPlace) throws {
      if let failure { throw failure }
      var receives = Requests()
      var sends = Requests()
      let (rank, size) = (group.rank, group.size)
      do {
        // Each begins with its neighbour, so that not all send to one.
        for step in 1..<max(1, size) {
          let sender = (rank + size - step) % size
          try receive(messages.incoming[sender], from: sender, &receives)
        }
        for step in 1..<max(1, size) {
          let receiver = (rank + step) % size
          try send(messages.outgoing[receiver], to: receiver, &sends)
        }
        try wait { try receives.areDone() && sends.areDone() }
      } catch {
        failure = error
        receives.cancel()
        isTorn = !(0..<100).contains { _ in
          (try? receives.areDone() && sends.areDone()) ?? false
        }
        throw error
      }
    }

    private mutating func wait(until areDone: () throws -> Bool) throws {
      var patience = Patience()
      while try !areDone() {
        if shouldStop() { throw Interruption() }
        if patience.looksAround { try heed() }
        patience.wait()
      }
    }

    /// Ends the wait if another process has ended.
    private mutating func heed() throws {
      try notices.look()
      guard let (rank, end) = notices.ends.min(by: { $0.key < $1.key }) else { return }
      if end.status == ProcessEnd.interrupted { throw Interruption() }
      throw OtherProcessEnded(rank: rank, status: end.status)
    }

    /// Begins to send a message in pieces.
    func send(
      _ message: UnsafeRawBufferPointer, to receiver: Int, _ requests: inout Requests
    ) throws {
      for piece in pieces(of: message.count) {
        try requests.begin {
          cmpi_send(
            group.communicator, message.baseAddress?.advanced(by: piece.lowerBound),
            Int32(piece.count), Int32(receiver), $0)
        }
      }
    }

    /// Begins to receive a message in pieces.
    func receive(
      _ memory: UnsafeMutableRawBufferPointer, from sender: Int, _ requests: inout Requests
    ) throws {
      for piece in pieces(of: memory.count) {
        try requests.begin {
          cmpi_receive(
            group.communicator, memory.baseAddress?.advanced(by: piece.lowerBound),
            Int32(piece.count), Int32(sender), $0)
        }
      }
    }

    /// The pieces of a message; none if it is empty.
    func pieces(of length: Int) -> [Range<Int>] {
      stride(from: 0, to: length, by: longestPiece).map {
        $0..<min(length, $0 + longestPiece)
      }
    }

    // MARK: The end

    /// Whether nothing was given up.
    var isIntact: Bool { failure == nil }

    mutating func announce(_ end: ProcessEnd) {
      if !isTorn { try? notices.send(end) }
    }

    mutating func announcedEnds() -> [Int: ProcessEnd] {
      if !isTorn { try? notices.look() }
      return notices.ends
    }

    mutating func close() { notices.close() }
  }
#endif
