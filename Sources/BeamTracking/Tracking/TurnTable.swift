/// Values at some turns: linear between them, constant outside.
public struct TurnTable: Sendable, Equatable {
  /// The turns, in rising order; at least one.
  public let turns: [Double]
  /// The value at each of the turns.
  public let values: [Double]

  /// A table of values.
  ///
  /// - Precondition: There are as many values as turns, at least one, and the turns rise.
  public init(turns: [Double], values: [Double]) {
    precondition(
      !turns.isEmpty && turns.count == values.count && zip(turns, turns.dropFirst()).allSatisfy(<),
      "a table has a value for each of its turns, which rise")
    self.turns = turns
    self.values = values
  }

  /// The value in a turn.
  public func value(in turn: Int) -> Double {
    let turn = Double(turn)
    guard let next = turns.firstIndex(where: { $0 >= turn }) else {
      return values[values.count - 1]
    }
    // At a turn of the table the value is that of the table, to the last bit.
    if next == 0 || turns[next] == turn { return values[next] }
    let share = (turn - turns[next - 1]) / (turns[next] - turns[next - 1])
    return values[next - 1] + share * (values[next] - values[next - 1])
  }
}
