import AutoDiff
import Testing

/// What a tape must not be used for ends the program with a sentence: each test is a process that
/// has to fail, and to say why.
@Suite struct TapeMistakeTests {
  func expect(_ result: ExitTest.Result?, says sentence: String) {
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains(sentence), "\(text)")
  }

  @Test func numbersOfTwoTapesDoNotMeet() async {
    let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (a, b) = (Tape(), Tape())
      let (x, y) = (a.variable(1), b.variable(2))
      print((x * y).value, a.count, b.count)
    }
    expect(sum, says: "numbers of two tapes meet in one operation")
    let difference = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent])
    {
      let (a, b) = (Tape(), Tape())
      let (x, y) = (a.variable(1), b.variable(2))
      print(Dual<1, Adjoint>(x - Adjoint.atan2(y: x, x: y)).value, a.count, b.count)
    }
    expect(difference, says: "numbers of two tapes meet in one operation")
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (a, b) = (Tape(), Tape())
      let x = a.variable(1)
      b.runBackward(from: x * x)
      print(a.count)
    }
    expect(result, says: "numbers of two tapes meet in one operation")
  }

  @Test func aTapeIsNotOutlived() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      func escaped() -> Adjoint { Tape().variable(3) }
      let x = escaped()
      // Other tapes in the meantime do not make it valid again.
      let tapes = (0..<100).map { _ in Tape() }
      for tape in tapes { _ = tape.variable(1) }
      print(Adjoint.sin(x).value, tapes.count)
    }
    expect(result, says: "a number outlives the tape that it is recorded on")
    let shift = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      func escaped() -> Adjoint { Tape().variable(3) }
      print((escaped() + 1.0).value)
    }
    expect(shift, says: "a number outlives the tape that it is recorded on")
  }

  @Test func aNumberDoesNotSurviveTheErasureOfItsTape() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      let x = tape.variable(3)
      tape.erase()
      let y = tape.variable(4)
      print((x * y).value)
    }
    expect(result, says: "a number is used after its tape has been erased")
    let escape = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      let y = tape.record { tape.variable(3) * 2.0 }
      tape.runBackward(from: y)
    }
    expect(escape, says: "a number is used after its tape has been erased")
  }

  @Test func aTapeRecordsOneFormulaAtATime() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      struct Greedy: ScalarFunctionOfMany {
        let tape: Tape
        func callAsFunction<S: RealScalar>(_ x: [S]) -> S {
          x[0] * tape.gradient(of: Self(tape: tape), at: [1]).value
        }
      }
      let tape = Tape()
      print(tape.gradient(of: Greedy(tape: tape), at: [1]).value)
    }
    expect(result, says: "a tape is asked to record while it is recording")
  }

  @Test func derivativesAreAskedForToVariables() async {
    let product = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      let x = tape.variable(3)
      let y = x * x
      tape.runBackward(from: y)
      print(tape.adjoint(of: y))
    }
    let sentence = "a derivative is asked for to a number that is no variable of the tape"
    expect(product, says: sentence)
    // It shares the variable's place.
    let sum = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let tape = Tape()
      let y = tape.variable(3) + 1.0
      tape.runBackward(from: y)
      print(tape.adjoint(of: y))
    }
    expect(sum, says: sentence)
  }
}
