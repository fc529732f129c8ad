import AutoDiff

/// Applies one formula after the other to a block of particles. Each instruction is a loop over the
/// block's groups of lanes; a number is processed together with its derivatives.
///
///     var machine = BlockMachine<Tangent<Lanes<DoubleX4>>>(variables: 6)
///     machine.load(from: address, pitch: 512, stride: 4096, count: machine.capacity)
///     for formula in formulas {
///       machine.run(formula)
///       machine.accept()
///     }
///     machine.store(to: address, pitch: 512, stride: 4096)
///
/// It owns the registers and is used by one thread at a time. As with ``Machine``, its code is
/// specialised where the type `S` is known.
public struct BlockMachine<S: StoredScalar>: ~Copyable {
  /// The largest number of particles in a block.
  public let capacity: Int
  /// How many numbers a particle has.
  public let variableCount: Int
  /// From one row to the next. Rows that lie a power of two apart would compete for the same few
  /// lines of the first-level cache, which takes half as much time again.
  @usableFromInline let pitch: Int
  /// Groups of lanes in the present block.
  public var groupCount = 0
  /// Variables, then registers.
  @usableFromInline var rows: UnsafeMutableBufferPointer<S>
  @usableFromInline var truths: UnsafeMutableBufferPointer<S.Mask>
  /// True where a particle was inside the domains of all formulas since it was loaded.
  @usableFromInline var inside: UnsafeMutableBufferPointer<S.Mask>
  /// The program that was run last.
  @usableFromInline var last: BoundProgram<S>?
  /// The row of each of its outputs.
  @usableFromInline var outputRows: [Int] = []

  /// - Parameters:
  ///   - variables: The number of variables of the programs.
  ///   - particles: How many are to fit; by default 128, or 256 in single precision, and fewer
  ///     where a row would be longer than 2 kB: enough to hide the time that finding an instruction
  ///     takes, and few enough for the caches.
  @inlinable
  public init(variables: Int, particles: Int? = nil) {
    let size = MemoryLayout<S.Word>.stride
    let wanted = particles ?? min(1024 / size, 2048 / (size * S.componentCount))
    let groups = max((wanted + S.laneCount - 1) / S.laneCount, 1)
    capacity = groups * S.laneCount
    variableCount = variables
    pitch = groups + max(1, 64 / MemoryLayout<S>.stride)
    rows = .allocate(capacity: 0)
    truths = .allocate(capacity: 0)
    inside = .allocate(capacity: groups)
    inside.initialize(repeating: S.Mask(repeating: true))
    reserve(rows: max(variables, 1), truths: 1)
  }

  @inlinable
  deinit {
    rows.deinitialize()
    rows.deallocate()
    truths.deinitialize()
    truths.deallocate()
    inside.deinitialize()
    inside.deallocate()
  }

  /// Begins a block with `count` particles, at most ``capacity``.
  ///
  /// - Parameters:
  ///   - address: Variable 0 of the first particle; particles lie side by side, in whole groups of
  ///     lanes.
  ///   - pitch: Words from one variable to the next.
  ///   - stride: Words from a value to its tangents.
  ///   - count: The number of particles.
  @inlinable
  public mutating func load(
    from address: UnsafePointer<S.Word>, pitch: Int, stride: Int, count: Int
  ) {
    precondition(0 < count && count <= capacity, "a block has 1 ... \(capacity) particles")
    begin(groups: (count + S.laneCount - 1) / S.laneCount)
    for i in 0..<variableCount {
      for g in 0..<groupCount {
        rows[i * self.pitch + g] = S.load(
          address + (i * pitch + g * S.laneCount), stride: stride)
      }
    }
  }

  /// Runs the short form of a formula on the block or, where the guard fails for a particle that is
  /// still inside, the general form on all of it.
  @inlinable
  public mutating func run(_ formula: BoundFormula<S>) {
    precondition(
      formula.fast.program.inputCount == variableCount, "a block's particles are a formula's points"
    )
    run(formula.fast)
    if let general = formula.general, !holdsForAllInside(1) { run(general) }
  }

  /// Output `i` of the formula that was run last, group by group; until the next run.
  @inlinable @inline(__always)
  public func outputs(_ i: Int) -> UnsafePointer<S> { row(outputRows[i]) }

  /// Output `i` of the formula that was run last, for a group of particles.
  @inlinable
  public func output(_ i: Int, group: Int) -> S { outputs(i)[group] }

  @inlinable @inline(__always)
  func row(_ number: Int) -> UnsafePointer<S> {
    guard let start = rows.baseAddress else { preconditionFailure("no formula has been run") }
    return UnsafePointer(start + number &* pitch)
  }

  /// Makes the outputs the variables of particles that were inside the formula's domain; the others
  /// keep their variables.
  @inlinable
  public mutating func accept() {
    guard let last else { preconditionFailure("no formula has been run") }
    precondition(
      last.program.outputCount == variableCount, "a particle's new numbers are as many as the old")
    var isEveryoneInside = true
    for g in 0..<groupCount {
      inside[g] = inside[g] .& truth(0, g, last.program)
      isEveryoneInside = isEveryoneInside && inside[g].all
    }
    if (0..<variableCount).contains(where: { isOtherVariable(last.program.outputs[$0], than: $0) })
    {
      acceptTogether(last)
      return
    }
    for i in 0..<variableCount {
      let place = Int(last.program.outputs[i])
      let (source, target) = ((place - last.program.constantCount) * pitch, i * pitch)
      if source == target { continue }
      if source < 0 || !isEveryoneInside {
        for g in 0..<groupCount {
          rows[target + g] = S.select(
            inside[g], number(at: Int32(place), g, last), rows[target + g])
        }
      } else {
        for g in 0..<groupCount { rows[target + g] = rows[source + g] }
      }
    }
  }

  /// Accepts outputs of which some are variables, in another order: all are read before any is written.
  @inlinable
  mutating func acceptTogether(_ program: BoundProgram<S>) {
    for g in 0..<groupCount {
      let moved = program.program.outputs.map { number(at: $0, g, program) }
      for i in 0..<variableCount {
        rows[i * pitch + g] = S.select(inside[g], moved[i], rows[i * pitch + g])
      }
    }
  }

  /// Writes the variables back; the arguments are those of ``load(from:pitch:stride:count:)``.
  @inlinable
  public func store(to address: UnsafeMutablePointer<S.Word>, pitch: Int, stride: Int) {
    for i in 0..<variableCount {
      for g in 0..<groupCount {
        rows[i * self.pitch + g].store(
          to: address + (i * pitch + g * S.laneCount), stride: stride)
      }
    }
  }

  /// Variable `i` of a group of particles.
  @inlinable
  public subscript(i: Int, group group: Int) -> S {
    get { rows[i * pitch + group] }
    set { rows[i * pitch + group] = newValue }
  }

  /// False for particles that were outside the domain of a formula whose outputs were accepted.
  @inlinable
  public func isInside(group: Int) -> S.Mask { inside[group] }

  /// True for particles that were inside the domain of the formula that was run last.
  @inlinable
  public func isInsideLast(group: Int) -> S.Mask {
    guard let last else { preconditionFailure("no formula has been run") }
    return truth(0, group, last.program)
  }

  /// Begins a block whose variables are then set one by one.
  @inlinable
  public mutating func begin(groups: Int) {
    precondition(0 < groups && groups * S.laneCount <= capacity, "a block has room for its groups")
    groupCount = groups
    for g in 0..<groups { inside[g] = S.Mask(repeating: true) }
  }

  @inlinable
  mutating func run(_ program: BoundProgram<S>) {
    let code = program.program
    // Behind the registers there is a row for each output that is a constant.
    let ownRows = code.inputCount + code.registerCount
    reserve(rows: ownRows + code.outputCount, truths: code.truthRegisterCount)
    guard let rows = rows.baseAddress, let truths = truths.baseAddress else { return }
    program.constants.withUnsafeBufferPointer {
      code.run(
        on: BlockRegisters(
          $0, rows, rows: rows, truths: truths, pitch: pitch, groups: groupCount))
    }
    outputRows.removeAll(keepingCapacity: true)
    for (i, place) in code.outputs.enumerated() {
      let row = Int(place) - program.constants.count
      outputRows.append(row < 0 ? ownRows + i : row)
      if row >= 0 { continue }
      for g in 0..<groupCount {
        rows[(ownRows + i) * pitch + g] = program.constants[Int(place)]
      }
    }
    last = program
  }

  @inlinable
  func number(at place: Int32, _ group: Int, _ program: BoundProgram<S>) -> S {
    let constants = program.constants.count
    let i = Int(place)
    return i < constants ? program.constants[i] : rows[(i - constants) * pitch + group]
  }

  @inlinable
  func truth(_ i: Int, _ group: Int, _ program: Program) -> S.Mask {
    let place = Int(program.truths[i])
    return place < 0 ? S.Mask(repeating: place == -1) : truths[place * pitch + group]
  }

  @inlinable
  func isOtherVariable(_ place: Int32, than variable: Int) -> Bool {
    guard let last else { return false }
    let i = Int(place) - last.program.constantCount
    return 0 <= i && i < variableCount && i != variable
  }

  @inlinable
  func holdsForAllInside(_ i: Int) -> Bool {
    guard let last else { return true }
    for g in 0..<groupCount where !(truth(i, g, last.program) .| .!inside[g]).all { return false }
    return true
  }

  @inlinable
  mutating func reserve(rows rowCount: Int, truths truthCount: Int) {
    Self.grow(&rows, to: rowCount * pitch, .zero)
    Self.grow(&truths, to: max(truthCount, 1) * pitch, S.Mask(repeating: false))
  }

  /// Makes room for more rows, and keeps the present ones.
  @inlinable
  static func grow<T>(_ memory: inout UnsafeMutableBufferPointer<T>, to count: Int, _ value: T) {
    let old = memory
    if count <= old.count { return }
    memory = .allocate(capacity: count)
    memory.initialize(repeating: value)
    for i in old.indices { memory[i] = old[i] }
    old.deinitialize()
    old.deallocate()
  }
}
