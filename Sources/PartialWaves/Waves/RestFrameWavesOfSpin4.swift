import AutoDiff

extension RestFrameWaves {
  /// U of φ f₄: ⟨2 3|, ⟨4 3|, ⟨4 4| and ⟨4 5|; the definitions are those of ``PhiF4``.
  ///
  /// T^(4) is formed from d and the unit tensor, so that it is contracted with t through scalar
  /// products with d and traces of t in space. Since t is traceless in space-time, a trace in space
  /// is t with two time indices.
  public var spin4: InlineArray<4, ThreeVector<S>> {
    @inline(__always) get {
      let t = SpinFourDecay(tracks, squaredMass: squaredFMass, barrier: barrier)
      let time = t.slot(ThreeVector(.zero, .zero, .zero), time: .one)
      let slotD = t.slot(d)
      let slotV = t.slot(-w, time: w0)
      let slotW = t.slot(w)
      let slotN = t.slot(w.cross(d))
      let ddd = t.contracted(twice: slotD, slotD)
      let ddv = t.contracted(twice: slotD, slotV)
      let ddw = t.contracted(twice: slotD, slotW)
      let ddn = t.contracted(twice: slotD, slotN)
      let traceD = t.contracted(twice: time, slotD)
      let traceV = t.contracted(twice: time, slotV)
      let traceW = t.contracted(twice: time, slotW)
      let traceN = t.contracted(twice: time, slotN)
      let fullTrace = t.contracted(fourTimes: time)
      let b4 = barrier.factor(4, squaredMomentum: q)
      let seventh = 1.0 / 7.0 * d2
      let thirtyFifth = 3.0 / 35.0 * d2.squared

      /// T^(4)/B₄ contracted with a symmetric tensor of rank 3, which is given by its contraction
      /// with d d and its trace.
      @inline(__always)
      func orbital4(_ dd: ThreeVector<S>, _ trace: ThreeVector<S>) -> ThreeVector<S> {
        let alongD: S = d.dot(dd) - (3.0 * seventh) * d.dot(trace)
        return alongD * d - (3.0 * seventh) * dd + thirtyFifth * trace
      }

      let ddTimesV = b2 * (ddv - (1.0 / 3.0 * d2) * traceV)
      let dWave = 2.0 / 5.0 * orbital2(traceV) - ddTimesV
      let spin3 = -b4 * orbital4(ddv, traceV)

      // d × W, where W sums over the four places of the index that is in the vector product with w.
      let turned = ddd.cross(w) + 3.0 * ddn
      let turnedTrace = traceD.cross(w) + traceN
      let spin4 =
        (squaredParentMass * b4) * d.cross(turned - (3.0 * seventh) * turnedTrace)

      // t w symmetrised: in one of five terms, w has the index of U.
      let dw = d.dot(w)
      let dtd = d.dot(traceD)
      var others = dw * ddd - (3.0 * seventh) * (dw * traceD + ddw)
      others = others + thirtyFifth * traceW
      let whole: S = d.dot(ddd) - (6.0 * seventh) * dtd + thirtyFifth * fullTrace
      let symmetrized = 4.0 * others + whole * w
      // Its traces: those of t, and t with w.
      let third = 1.0 / 3.0
      let ddOfTrace = third * (dtd * w + (2.0 * dw) * traceD)
      let traceOfTrace = third * (fullTrace * w + 2.0 * traceW)
      let traces = 2.0 * orbital4(ddw, traceW) + 3.0 * orbital4(ddOfTrace, traceOfTrace)
      let spin5 = -(0.2 * b4) * (symmetrized - 4.0 / 9.0 * traces)
      return [dWave, spin3, spin4, spin5]
    }
  }
}
