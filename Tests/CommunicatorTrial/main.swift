import Foundation
import MessagePassing

// How long messages may be before they are cut, for trials with short ones.
let longest = ProcessInfo.processInfo.environment["LONGEST_PIECE"].flatMap { Int($0) }
CommunicatorTrialTool.main(messages: longest.map { MPI(longestPiece: $0) } ?? MPI())
