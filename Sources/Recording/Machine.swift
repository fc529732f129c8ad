import AutoDiff

/// Runs programs at one point, or at one group of points, with numbers of any type; over numbers with
/// tangents it gives derivatives.
///
/// It owns the registers and is used for many programs in turn, by one thread at a time. Where the type
/// `S` is known, its code is specialised in the module that uses it; called from a generic function that
/// is not, it is a hundred times slower.
public struct Machine<S: RealScalar>: ~Copyable {
  @usableFromInline var numbers: UnsafeMutableBufferPointer<S>
  @usableFromInline var truths: UnsafeMutableBufferPointer<S.Mask>

  @inlinable
  public init() {
    numbers = .allocate(capacity: 0)
    truths = .allocate(capacity: 0)
  }

  @inlinable
  deinit {
    numbers.deinitialize()
    numbers.deallocate()
    truths.deinitialize()
    truths.deallocate()
  }

  /// Runs a program.
  ///
  /// - Parameters:
  ///   - program: The program.
  ///   - inputs: ``Program/inputCount`` numbers.
  ///   - outputs: Where ``Program/outputCount`` numbers go; nil if only truth values are wanted.
  @inlinable
  public mutating func run(
    _ program: BoundProgram<S>, _ inputs: UnsafePointer<S>, to outputs: UnsafeMutablePointer<S>?
  ) {
    program.constants.withUnsafeBufferPointer { constants in
      run(program.program, constants.count, { constants[$0] }, inputs, to: outputs)
    }
  }

  /// Runs a program that has no numbers but its inputs and literals.
  @inlinable
  mutating func run(
    _ program: Program, _ inputs: UnsafePointer<S>, to outputs: UnsafeMutablePointer<S>?
  ) {
    precondition(program.uniformCount == 0, "a program needs all its constants")
    program.literals.withUnsafeBufferPointer { literals in
      run(program, literals.count, { S(literals[$0]) }, inputs, to: outputs)
    }
  }

  @inlinable @inline(__always)
  mutating func run(
    _ program: Program, _ constantCount: Int, _ constant: (Int) -> S, _ inputs: UnsafePointer<S>,
    to outputs: UnsafeMutablePointer<S>?
  ) {
    reserve(program)
    guard let numbers = numbers.baseAddress, let truths = truths.baseAddress else { return }
    for i in 0..<constantCount { numbers[i] = constant(i) }
    for i in 0..<program.inputCount { numbers[constantCount + i] = inputs[i] }
    program.run(on: PointRegisters(numbers, truths))
    guard let outputs else { return }
    program.outputs.withUnsafeBufferPointer {
      for i in 0..<$0.count { outputs[i] = numbers[Int($0[i])] }
    }
  }

  /// Truth value `i` that the program gave when it was run last, right before.
  @inlinable
  public func truth(_ i: Int, of program: Program) -> S.Mask {
    let place = Int(program.truths[i])
    return place < 0 ? S.Mask(repeating: place == -1) : truths[place]
  }

  /// Runs a formula: its short form, and its general form where the guard asks for it.
  ///
  /// - Parameters:
  ///   - formula: The recorded formula.
  ///   - variables: ``RecordedFormula/variableCount`` numbers.
  ///   - outputs: Where ``RecordedFormula/outputCount`` numbers go.
  /// - Returns: False where the point is outside the formula's domain and the outputs mean nothing.
  @inlinable
  public mutating func run(
    _ formula: BoundFormula<S>, _ variables: UnsafePointer<S>, to outputs: UnsafeMutablePointer<S>
  ) -> S.Mask {
    run(formula.fast, variables, to: outputs)
    if let general = formula.general, !truth(1, of: formula.fast.program).all {
      run(general, variables, to: outputs)
      return truth(0, of: general.program)
    }
    return truth(0, of: formula.fast.program)
  }

  @inlinable
  mutating func reserve(_ program: Program) {
    // One at least, so that there is an address.
    Self.grow(&numbers, to: max(program.placeCount, 1), .zero)
    Self.grow(&truths, to: max(program.truthRegisterCount, 1), S.Mask(repeating: false))
  }

  @inlinable
  static func grow<T>(_ memory: inout UnsafeMutableBufferPointer<T>, to count: Int, _ value: T) {
    if count <= memory.count { return }
    memory.deinitialize()
    memory.deallocate()
    memory = .allocate(capacity: count)
    memory.initialize(repeating: value)
  }
}
