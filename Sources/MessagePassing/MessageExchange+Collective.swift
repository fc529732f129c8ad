#if BEAMTRACK_WITH_MPI
  import CMPI
  import Communication

  /// Operations in which messages of unknown length follow their lengths.
  extension MessageExchange {
    private static let bytesOfLength = MemoryLayout<Int>.size

    mutating func barrier() throws {
      try perform { [group] in try $0.begin { cmpi_barrier(group.communicator, $0) } }
    }

    /// The bytes of all processes.
    mutating func allGather(_ bytes: [UInt8]) throws -> [[UInt8]] {
      let lengths = try allLengths(bytes.count)
      let size = group.size
      let own = MessageMemory(bytes)
      var result = lengths.map { _ in [UInt8]() }
      // What all send at once has to be counted, too.
      let longest = max(1, longestPiece / size)
      for start in stride(from: 0, to: lengths.max() ?? 0, by: longest) {
        let counts = lengths.map { max(0, min($0 - start, longest)) }
        let places = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let memory = MessageMemory(places[size])
        let numbers = MessageMemory(counts: counts + places)
        try perform { [group] in
          try $0.begin {
            cmpi_all_gather_unequal(
              group.communicator, own.bytes.baseAddress?.advanced(by: min(start, bytes.count)),
              Int32(counts[group.rank]), memory.bytes.baseAddress, numbers.counts,
              numbers.counts?.advanced(by: size), $0)
          }
        }
        for i in 0..<size { result[i] += memory[places[i]..<places[i + 1]] }
        memory.free()
        numbers.free()
      }
      own.free()
      return result
    }

    private mutating func allLengths(_ length: Int) throws -> [Int] {
      let own = MessageMemory(length.packed)
      let all = MessageMemory(group.size * Self.bytesOfLength)
      try perform { [group] in
        try $0.begin {
          cmpi_all_gather(
            group.communicator, own.bytes.baseAddress, Int32(Self.bytesOfLength),
            all.bytes.baseAddress, $0)
        }
      }
      own.free()
      return takeLengths(all)
    }

    /// The bytes of all processes, in the first one.
    mutating func gather(_ bytes: [UInt8]) throws -> [[UInt8]] {
      let size = group.size
      let ownLength = MessageMemory(bytes.count.packed)
      let allLengths = MessageMemory(size * Self.bytesOfLength)
      try perform { [group] in
        try $0.begin {
          cmpi_gather(
            group.communicator, ownLength.bytes.baseAddress, Int32(Self.bytesOfLength),
            allLengths.bytes.baseAddress, $0)
        }
      }
      ownLength.free()
      let lengths = takeLengths(allLengths)
      if group.rank != 0 {
        let own = MessageMemory(bytes)
        try perform { [self] in
          try send(UnsafeRawBufferPointer(own.bytes), to: 0, &$0)
        }
        own.free()
        return []
      }
      let memory = lengths[1...].map { MessageMemory($0) }
      try perform { [self] in
        for sender in 1..<max(1, size) { try receive(memory[sender - 1].bytes, from: sender, &$0) }
      }
      defer { for part in memory { part.free() } }
      return [bytes] + memory.map { Array($0.bytes) }
    }

    /// The bytes that the first process has for this one.
    mutating func scatter(_ parts: [[UInt8]]) throws -> [UInt8] {
      let (isFirst, size) = (group.rank == 0, group.size)
      let allLengths = MessageMemory(isFirst ? parts.flatMap { $0.count.packed } : [])
      let ownLength = MessageMemory(Self.bytesOfLength)
      try perform { [group] in
        try $0.begin {
          cmpi_scatter(
            group.communicator, allLengths.bytes.baseAddress, Int32(Self.bytesOfLength),
            ownLength.bytes.baseAddress, $0)
        }
      }
      allLengths.free()
      let length = takeLengths(ownLength)[0]
      if isFirst {
        let memory = parts[1...].map { MessageMemory($0) }
        try perform { [self] in
          for receiver in 1..<max(1, size) {
            try send(UnsafeRawBufferPointer(memory[receiver - 1].bytes), to: receiver, &$0)
          }
        }
        for part in memory { part.free() }
        return parts[0]
      }
      let own = MessageMemory(length)
      try perform { [self] in try receive(own.bytes, from: 0, &$0) }
      defer { own.free() }
      return Array(own.bytes)
    }

    /// The bytes of the first process.
    mutating func broadcast(_ bytes: [UInt8]) throws -> [UInt8] {
      let lengthMemory = MessageMemory(bytes.count.packed)
      try broadcast(lengthMemory.bytes)
      let length = takeLengths(lengthMemory)[0]
      let memory = group.rank == 0 ? MessageMemory(bytes) : MessageMemory(length)
      try broadcast(memory.bytes)
      defer { memory.free() }
      return Array(memory.bytes)
    }

    private mutating func broadcast(_ memory: UnsafeMutableRawBufferPointer) throws {
      let pieces = pieces(of: memory.count)
      try perform { [group] in
        for piece in pieces {
          try $0.begin {
            cmpi_broadcast(
              group.communicator, memory.baseAddress?.advanced(by: piece.lowerBound),
              Int32(piece.count), $0)
          }
        }
      }
    }

    /// The lengths in a message, whose memory is freed.
    private func takeLengths(_ memory: MessageMemory) -> [Int] {
      defer { memory.free() }
      var message = PackedValues(Array(memory.bytes))
      var lengths: [Int] = []
      while !message.isAtEnd { lengths.append(Int(unpacking: &message)) }
      return lengths
    }
  }
#endif
