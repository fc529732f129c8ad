import AutoDiff
import BeamTracking
import LinearAlgebra

/// The trajectory of an envelope: its present value, and, if recorded, its former values.
struct EnvelopeTrajectory<C: SweepScalar> {
  /// Consecutive passages of one map, each after a kick of the same numbers.
  struct Repetition {
    let map: Int
    let kick: Int?
    let count: Int
    /// The index of the block with Σ before the first passage.
    let block: Int
    /// Whether neither Σ nor the map couples x, y and t.
    let isUncoupled: Bool
    /// The mean before it, and the transfer matrix up to it, if they are tracked.
    let mean: Vector6<C>
    let matrix: Matrix6<C>?
  }

  private(set) var repetitions: [Repetition] = []
  /// The reference particle before each passage of a slice or of a whole element.
  private(set) var passages: [(reference: ReferenceParticle<C>, element: Int, slice: Slice)] = []
  /// The numbers of repetitions and passages before each observation.
  private(set) var observations: [(repetitions: Int, passages: Int)] = []
  private var isRecorded = false
  private var tracksEnvelope = true
  private var tracksMean = false
  private var tracksMatrix = false
  /// Whether x, y and t are uncoupled at present.
  private var isUncoupled = false
  private var block = 0

  /// Σ, block by block: all of them, or the present one and another.
  private var covariances: [Double] = []
  /// The present centroid.
  private(set) var mean = Vector6<C>(repeating: .zero)
  private var matrix = Matrix6<C>.identity

  /// The number of the last passage.
  var lastPassage: Int { passages.count - 1 }

  /// Begins a run.
  ///
  /// - Parameter blocks: The approximate number of covariances in a recorded run; memory that grows
  ///   is copied.
  mutating func reset(
    _ start: EnvelopeStart<C>, _ options: EnvelopeOptions, isRecorded: Bool, blocks: Int
  ) {
    repetitions.removeAll(keepingCapacity: true)
    passages.removeAll(keepingCapacity: true)
    observations.removeAll(keepingCapacity: true)
    self.isRecorded = isRecorded
    tracksEnvelope = options.tracksEnvelope
    tracksMatrix = options.tracksTransferMatrix
    mean = start.mean
    tracksMean = false
    for i in 0..<6 where !mean[i].hasSameWords(as: .zero) { tracksMean = true }
    matrix = .identity
    block = 0
    reserve(isRecorded ? blocks : 2)
    covariances.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else { return }
      start.covariance.store(to: base)
      isUncoupled = UncoupledMoments<C>.areAll(of: base)
    }
  }

  private mutating func reserve(_ blocks: Int) {
    let needed = blocks * MatrixColumn<C>.matrixSize
    if covariances.count < needed {
      covariances.append(
        contentsOf: repeatElement(0, count: max(needed, 2 * covariances.count) - covariances.count))
    }
  }

  var covariance: Matrix6<C> {
    covariances.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return .zero }
      return Matrix6(symmetricAt: base + block * MatrixColumn<C>.matrixSize)
    }
  }

  var transferMatrix: Matrix6<C>? { tracksMatrix ? matrix : nil }

  /// Records the reference particle before a passage.
  mutating func note(_ reference: ReferenceParticle<C>, before element: Int, _ slice: Slice) {
    if isRecorded { passages.append((reference, element, slice)) }
  }

  mutating func noteObservation() {
    if isRecorded { observations.append((repetitions.count, passages.count)) }
  }

  /// Passes map `number` `count` times, each time after the kick of index `kickNumber`.
  mutating func pass(
    _ number: Int, of maps: inout SliceMaps<C>, after kickNumber: Int?, of kicks: [KickSource<C>],
    times count: Int, _ place: Int, _ beamline: Beamline
  ) throws(EnvelopeError) {
    guard tracksEnvelope else { return }
    var kick = kickNumber.map { kicks[$0].kick }
    if let charged = kick, !isSized(charged.model) {
      kick = nil
      guard charged.intensity.hasSameWords(as: .zero) else {
        throw unsized(charged.model, place, beamline)
      }
    }
    isUncoupled = isUncoupled && maps.isUncoupled[number]
    if isRecorded {
      repetitions.append(
        Repetition(
          map: number, kick: kick == nil ? nil : kickNumber, count: count, block: block,
          isUncoupled: isUncoupled, mean: mean, matrix: transferMatrix))
      reserve(block + count + 1)
    }
    let mask = isRecorded ? ~0 : 1
    covariances.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else { return }
      maps.matrices.withMatrix(number) { matrix in
        let blocks = EnvelopeSteps.Blocks(base: base, first: block, mask: mask, count: count)
        if isUncoupled {
          UncoupledSteps.pass(blocks, matrix, kick)
        } else {
          EnvelopeSteps.pass(blocks, matrix, kick)
        }
      }
    }
    block = (block + count) & mask
    if kick != nil, !isFinite { throw unsized(kick?.model ?? .planar, place, beamline) }
    let isShifted = maps.hasOffset[number]
    if tracksMean || isShifted || tracksMatrix {
      let r = maps[number]
      let offset = maps.offsets[number]
      tracksMean = tracksMean || isShifted
      for _ in 0..<count {
        if tracksMatrix { matrix = r * matrix }
        if tracksMean {
          let moved = r * mean
          mean = Vector6 { moved[$0] + offset[$0] }
        }
      }
    }
  }

  /// Applies the kick of a linear effect.
  mutating func kick(by matrix: Matrix6<C>, movesMean: Bool) {
    let sigma = matrix * (covariance * matrix.transpose)
    if isRecorded {
      reserve(block + 2)
      block += 1
    }
    covariances.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else { return }
      let place = base + block * MatrixColumn<C>.matrixSize
      sigma.store(to: place)
      isUncoupled = UncoupledMoments<C>.areAll(of: place)
    }
    if movesMean && tracksMean { mean = matrix * mean }
  }

  private func unsized(
    _ model: EnvelopeSpaceCharge.Model, _ place: Int, _ beamline: Beamline
  ) -> EnvelopeError {
    EnvelopeError(
      place: beamline.placeNames[place],
      reason: "the beam has no size in x, y\(model == .spatial ? ", t" : ""), "
        + "so that the force of its charge is infinite; give it a size, or no charge")
  }

  private var isFinite: Bool {
    covariances[block * MatrixColumn<C>.matrixSize].isFinite
  }

  /// Propagates derivatives backward through some repetitions, from the last to the first. Entered
  /// once per repetition; never inlined, because inlining would make copies of all its callees.
  @inline(never)
  mutating func goBack(
    through numbers: Range<Int>, _ matrices: MapMatrices<C>, _ offsets: [Vector6<C>],
    _ kicks: [KickSource<C>], _ back: inout AdjointState<C>
  ) {
    for number in numbers.reversed() {
      goBack(through: repetitions[number], matrices, offsets, kicks, &back)
    }
  }

  @inline(never)
  private mutating func goBack(
    through repetition: Repetition, _ matrices: MapMatrices<C>, _ offsets: [Vector6<C>],
    _ kicks: [KickSource<C>], _ back: inout AdjointState<C>
  ) {
    covariances.withUnsafeMutableBufferPointer { words in
      guard let base = words.baseAddress else { return }
      matrices.withMatrix(repetition.map) { matrix in
        back.goBack(
          repetition.map,
          EnvelopeSteps.Blocks(
            base: base, first: repetition.block, mask: ~0, count: repetition.count),
          isUncoupled: repetition.isUncoupled, matrix, repetition.kick,
          repetition.kick.map { kicks[$0].kick })
      }
    }
    guard back.hasVectors else { return }
    let r = matrices[repetition.map]
    let offset = offsets[repetition.map]
    var before = [(repetition.mean, repetition.matrix)]
    for _ in 1..<repetition.count {
      let (mean, matrix) = before[before.count - 1]
      let moved = r * mean
      before.append((Vector6 { moved[$0] + offset[$0] }, matrix.map { r * $0 }))
    }
    for (mean, matrix) in before.reversed() {
      back.goBack(repetition.map, r, mean: mean, matrix: matrix)
    }
  }

  /// True if the volume of the charge is not zero.
  private func isSized(_ model: EnvelopeSpaceCharge.Model) -> Bool {
    covariances.withUnsafeBufferPointer { words in
      guard let base = words.baseAddress else { return false }
      let sigma = base + block * MatrixColumn<C>.matrixSize
      let area =
        sigma[0] > 0 && sigma[14] > 0 && sigma[0] * sigma[14] > sigma[2] * sigma[2]
      guard model == .spatial else { return area }
      let matrix = SymmetricMatrix3(
        xx: sigma[0], xy: sigma[12], yy: sigma[14], xt: sigma[24], yt: sigma[26], tt: sigma[28])
      return area && EllipsoidInvariants(matrix, matrix.adjugate).determinant > 0
    }
  }
}
