#if BEAMTRACK_WITH_MPI
  import CMPI
  import Communication

  /// What processes tell each other besides their messages: how they end. A notice may come at any time.
  struct Notices: Sendable {
    private let group: MPIGroup
    private let incoming: MessageMemory
    private let outgoing: MessageMemory
    private var receive: Receive
    /// The ends of other processes that are known, by rank.
    private(set) var ends: [Int: ProcessEnd] = [:]

    /// A receive that was begun.
    private struct Receive: @unchecked Sendable {
      var requests = Requests()
    }

    /// The rank of the sender is a part of the notice.
    private struct Notice: Packable {
      var rank: Int
      var end: ProcessEnd
    }

    private static let length = MemoryLayout<Notice>.size

    /// Begins to listen.
    ///
    /// - Throws: ``MPIError``.
    init(_ group: MPIGroup) throws {
      self.group = group
      incoming = MessageMemory(Self.length)
      outgoing = MessageMemory(Self.length)
      receive = Receive()
      try listen()
    }

    private mutating func listen() throws {
      receive.requests = Requests()
      try receive.requests.begin {
        cmpi_receive_from_any(
          group.communicator, incoming.bytes.baseAddress, Int32(Self.length), $0)
      }
    }

    /// Takes the notices that have come.
    ///
    /// - Throws: ``MPIError``.
    mutating func look() throws {
      while try receive.requests.areDone() {
        let notice = Notice(packed: Array(incoming.bytes))
        ends[notice.rank] = notice.end
        try listen()
      }
    }

    /// Tells all other processes how this one ends; whether they listen is not waited for.
    ///
    /// - Throws: ``MPIError``.
    mutating func send(_ end: ProcessEnd) throws {
      let notice = Notice(rank: group.rank, end: end)
      outgoing.bytes.copyBytes(from: notice.packed)
      var requests = Requests()
      for other in 0..<group.size where other != group.rank {
        try requests.begin {
          cmpi_send(
            group.communicator, outgoing.bytes.baseAddress, Int32(Self.length), Int32(other), $0)
        }
      }
      _ = try requests.areDone()
    }

    /// Ceases to listen.
    mutating func close() {
      receive.requests.cancel()
      _ = try? receive.requests.areDone()
    }
  }
#endif
