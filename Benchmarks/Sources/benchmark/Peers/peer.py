#!/usr/bin/env python3
"""Tracks a beamline with another program, once for each line on standard input, and prints the seconds.

    pip install impactx-noacc==26.10 cheetah-accelerator==0.8.4

Usage: peer.py NAME [PROCESSOR]. The first line on standard input is a JSON object:
kinetic_energy [MeV], particles, sigmas of x, px, y, py, t, pt, and elements, a list of [kind, length [m], strength]
with the gradient [T/m] of a quadrupole and the angle [degrees] of a bend; for a kick of space charge instead of
these cells, a list of three, and length [m]; for elements one by one instead of these copies, how many of each; for a scan besides settings, a list of gradients
of the first quadrupoles.
A line names the element that is then tracked. Times are of tracking alone: the import,
the beam and the lattice are made before. One thread.
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

ELECTRON_MASS = 0.51099895069  # MeV


def impactx_simulation(problem, charge, particle_shape=2, **settings):
    """A simulation without diagnostics, what puts `charge` [C] of fresh particles at its start, and its build."""
    from impactx import Config, ImpactX, distribution

    simulation = ImpactX()
    simulation.particle_shape = particle_shape
    simulation.space_charge = False
    for name, value in settings.items():
        setattr(simulation, name, value)
    simulation.diagnostics = False
    simulation.slice_step_diagnostics = False
    simulation.tiny_profiler = False
    simulation.verbose = 0
    simulation.init_grids()
    container = simulation.particle_container()
    sigma = problem["sigmas"]
    beam = distribution.Gaussian(*sigma[0:6:2], *sigma[1:6:2])

    def prepare():
        container.clear_particles()
        reference = container.ref_particle()
        reference.s = reference.x = reference.y = reference.z = reference.t = 0
        reference.px = reference.py = 0
        reference.set_charge_qe(-1.0).set_mass_MeV(ELECTRON_MASS).set_kin_energy_MeV(problem["kinetic_energy"])
        simulation.add_particles(charge, beam, problem["particles"])

    kind = "SIMD" if getattr(Config, "have_simd", False) else "no SIMD"
    return simulation, prepare, f"{Config.precision}, {kind}".lower()


def impactx(problem):
    """ImpactX: the element classes that the HTU example uses; no space charge, no diagnostics."""
    from impactx import elements

    simulation, prepare, remark = impactx_simulation(problem, charge=25e-12)

    def element(kind, length, strength):
        if kind == "drift":
            return elements.ExactDrift(ds=length, nslice=1)
        if kind == "quadrupole":
            return elements.ChrQuad(ds=length, k=strength, unit=1, nslice=1)
        if kind == "bend":
            if strength == 0:
                return elements.ExactDrift(ds=length, nslice=1)
            return elements.ExactSbend(ds=length, phi=strength, nslice=1)
        return elements.Kicker(xkick=0.0, ykick=0.0, unit="T-m")

    simulation.lattice.extend([element(*piece) for piece in problem["elements"]])
    return prepare, simulation.track_particles, remark


def impactx_elements(problem):
    """ImpactX: `copies` of one element in a row; no space charge, no diagnostics. The names and numbers are those of
    ElementCase.swift."""
    from impactx import elements as e

    profile = {"cos_coefficients": [0.5, 0.5], "sin_coefficients": [0.0, 0.0]}
    makers = {
        "Drift, linear": lambda: e.Drift(ds=0.02),
        "Drift, chromatic": lambda: e.ChrDrift(ds=0.02),
        "Drift, exact": lambda: e.ExactDrift(ds=0.02),
        "Quadrupole, linear": lambda: e.Quad(ds=0.02, k=10),
        "Quadrupole, chromatic": lambda: e.ChrQuad(ds=0.02, k=10),
        "Quadrupole, exact": lambda: e.ExactQuad(ds=0.02, k=10, int_order=2, mapsteps=5),
        "QuadrupoleEdge, nonlinear": lambda: e.QuadEdge(k=10),
        "Bend, linear": lambda: e.Sbend(ds=0.02, rc=2),
        "Bend, exact": lambda: e.ExactSbend(ds=0.02, phi=0.5729577951308232),
        "Bend with k1, linear": lambda: e.CFbend(ds=0.02, rc=2, k=1),
        "Bend with k1 in one step, exact": lambda: e.ExactCFbend(
            ds=0.02, k_normal=[0.5, 1], k_skew=[0, 0], int_order=2, mapsteps=1),
        "DipoleEdge, linear": lambda: e.DipEdge(psi=0.01, rc=2, g=1e-3, model="linear"),
        "DipoleEdge, nonlinear": lambda: e.DipEdge(psi=0.01, rc=2, g=1e-3, model="nonlinear"),
        "Multipole of 4 orders in one step, exact": lambda: e.ExactMultipole(
            ds=0.02, k_normal=[0, 1, 2, 3], k_skew=[0, 0, 0, 0], int_order=2, mapsteps=1),
        "ThinMultipole of 4 orders, thin": lambda: e.Multipole(multipole=4, K_normal=1, K_skew=0),
        "ThinDipole, thin": lambda: e.ThinDipole(theta=0.5729577951308232, rc=2),
        "Kicker, thin": lambda: e.Kicker(xkick=1e-7, ykick=-1e-7),
        "Solenoid, linear": lambda: e.Sol(ds=0.02, ks=1),
        "PlasmaLens, chromatic": lambda: e.ChrPlasmaLens(ds=0.02, k=10),
        "TaperedPlasmaLens, thin": lambda: e.TaperedPL(k=0.01, taper=1),
        "NonlinearLens, thin": lambda: e.NonlinearLens(knll=1e-7, cnll=5e-3),
        "ConstantFocusing, linear": lambda: e.ConstF(ds=0.02, kx=1, ky=1, kt=1),
        "Buncher, thin": lambda: e.Buncher(V=1e-5, k=1),
        "ShortRFCavity, thin": lambda: e.ShortRF(V=1e-5, freq=1e9),
        "RFCavity, linear": lambda: e.RFCavity(
            ds=0.02, escale=1e-3, freq=1e9, phase=0, mapsteps=1, **profile),
        "SoftSolenoid, linear": lambda: e.SoftSolenoid(ds=0.02, bscale=1e-3, mapsteps=1, **profile),
        "SoftQuadrupole, linear": lambda: e.SoftQuadrupole(ds=0.02, gscale=1, mapsteps=1, **profile),
        "UniformAcceleration, chromatic": lambda: e.ChrAcc(ds=0.02, ez=0.01, bz=0.1),
        "PlaneRotation, exact": lambda: e.PlaneXYRot(angle=0.5729577951308232),
        "PitchRotation, exact": lambda: e.PRot(phi_in=0.0573, phi_out=-0.0573),
        "Aperture, rectangle, thin": lambda: e.Aperture(aperture_x=1, aperture_y=0.8, shape="rectangular"),
        "Aperture, ellipse, thin": lambda: e.Aperture(aperture_x=1, aperture_y=0.8, shape="elliptical"),
    }
    simulation, fill, remark = impactx_simulation(problem, charge=25e-12)

    def prepare(name=None):
        simulation.lattice.clear()
        if name in makers:
            simulation.lattice.extend([makers[name]() for _ in range(problem["copies"])])
        fill()

    return prepare, simulation.track_particles, remark, list(makers)


def cheetah(problem, method, precision, differentiates=False):
    """Cheetah on the processor: `method` of its drifts, quadrupoles and bends.

    With `differentiates`, also the gradient of the final variances of x and y to all quadrupole strengths, backward.
    """
    import cheetah as package
    import torch

    torch.set_num_threads(1)
    torch.set_grad_enabled(differentiates)
    dtype = getattr(torch, precision)
    number = lambda value: torch.tensor(value, dtype=dtype)
    energy = problem["kinetic_energy"] + ELECTRON_MASS
    momentum = (energy**2 - ELECTRON_MASS**2) ** 0.5
    rigidity = -momentum / 299.792458
    strengths = []

    def element(kind, length, strength):
        common = {"length": number(length), "dtype": dtype}
        if kind == "drift":
            return package.Drift(tracking_method=method, **common)
        if kind == "quadrupole":
            k1 = number(strength / rigidity).requires_grad_(differentiates)
            strengths.append(k1)
            return package.Quadrupole(k1=k1, tracking_method=method, **common)
        if kind == "bend":
            if strength == 0:
                return package.Drift(tracking_method=method, **common)
            angle = number(strength * 3.141592653589793 / 180)
            return package.Dipole(angle=angle, tracking_method=method, **common)
        return package.CombinedCorrector(**common)

    segment = package.Segment([element(*piece) for piece in problem["elements"]])
    generator = torch.Generator().manual_seed(1)
    particles = torch.ones((problem["particles"], 7), dtype=dtype)
    particles[:, :6] = torch.randn(
        (problem["particles"], 6), generator=generator, dtype=dtype) * number(problem["sigmas"])
    beam = package.ParticleBeam(particles, energy=number(energy * 1e6), dtype=dtype)
    if not differentiates:
        return (lambda: None), (lambda: segment.track(beam)), precision

    def gradient():
        for k1 in strengths:
            k1.grad = None
        after = segment.track(beam)
        (after.x.var(correction=0) + after.y.var(correction=0)).backward()
        assert all(k1.grad is not None for k1 in strengths)

    return (lambda: None), gradient, precision


def cheetah_batch(problem, precision):
    """Cheetah's vectorised mode: the same particles with many settings of the first quadrupoles at once."""
    import cheetah as package
    import torch

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    dtype = getattr(torch, precision)
    settings = problem["settings"]
    columns = [torch.tensor(list(column), dtype=dtype) for column in zip(*settings)]
    energy = problem["kinetic_energy"] + ELECTRON_MASS
    rigidity = -((energy**2 - ELECTRON_MASS**2) ** 0.5) / 299.792458
    number = lambda value: torch.tensor(value, dtype=dtype)
    pieces = []
    for kind, length, strength in problem["elements"]:
        common = {"length": number(length), "dtype": dtype}
        if kind == "quadrupole":
            k1 = columns.pop(0) / rigidity if columns else number(strength / rigidity)
            pieces.append(package.Quadrupole(k1=k1, tracking_method="drift_kick_drift", **common))
        elif kind == "bend" and strength != 0:
            angle = number(strength * 3.141592653589793 / 180)
            pieces.append(package.Dipole(angle=angle, tracking_method="drift_kick_drift", **common))
        elif kind == "kicker":
            pieces.append(package.CombinedCorrector(**common))
        else:
            pieces.append(package.Drift(tracking_method="drift_kick_drift", **common))
    segment = package.Segment(pieces)
    generator = torch.Generator().manual_seed(1)
    particles = torch.ones((problem["particles"], 7), dtype=dtype)
    particles[:, :6] = torch.randn(
        (problem["particles"], 6), generator=generator, dtype=dtype) * number(problem["sigmas"])
    beam = package.ParticleBeam(particles, energy=number(energy * 1e6), dtype=dtype)

    def scan():
        after = segment.track(beam)
        sizes = after.sigma_x + after.sigma_y
        assert sizes.shape == (len(settings),)

    return (lambda: None), scan, precision


def impactx_kick(problem):
    """ImpactX: one kick of 3-D space charge (integrated Green's function by FFT), linear particles, and a drift."""
    from impactx import elements

    blocks = {f"blocking_factor_{axis}": [4] for axis in "xyz"}
    simulation, prepare, remark = impactx_simulation(
        problem, charge=1e-9, particle_shape=1, n_cell=problem["cells"], max_level=0, **blocks, space_charge="3D",
        poisson_solver="fft", dynamic_size=True, prob_relative=[1.1])
    simulation.lattice.append(elements.Drift(ds=problem["length"], nslice=1))
    return prepare, simulation.track_particles, remark


def cheetah_kick(problem, precision, steps=1, differentiates=False):
    """Cheetah: kicks of 3-D space charge (integrated Green's function), linear particles, with drifts between them.

    With `differentiates`, also the gradient of the final variances of x and y to the lengths of the drifts, backward.
    """
    import cheetah as package
    import torch

    torch.set_num_threads(1)
    torch.set_grad_enabled(differentiates)
    dtype = getattr(torch, precision)
    number = lambda value: torch.tensor(value, dtype=dtype)
    energy = problem["kinetic_energy"] + ELECTRON_MASS
    gamma = energy / ELECTRON_MASS
    generator = torch.Generator().manual_seed(1)
    particles = torch.ones((problem["particles"], 7), dtype=dtype)
    particles[:, :6] = torch.randn(
        (problem["particles"], 6), generator=generator, dtype=dtype) * number(problem["sigmas"])
    charges = torch.full((problem["particles"],), 1e-9 / problem["particles"], dtype=dtype)
    beam = package.ParticleBeam(particles, energy=number(energy * 1e6), particle_charges=charges, dtype=dtype)
    lengths = []
    pieces = []
    for _ in range(steps):
        length = number(problem["length"]).requires_grad_(differentiates)
        lengths.append(length)
        pieces.append(package.SpaceChargeKick(
            effect_length=number(problem["length"]), grid_shape=tuple(problem["cells"]), dtype=dtype))
        if differentiates:
            pieces.append(package.Drift(length=length, dtype=dtype))
    segment = package.Segment(pieces)
    if not differentiates:
        return (lambda: None), (lambda: segment.track(beam)), precision

    def gradient():
        for length in lengths:
            length.grad = None
        after = segment.track(beam)
        (after.x.var(correction=0) + after.y.var(correction=0)).backward()

    return (lambda: None), gradient, precision


PEERS = {
    "impactx-kick": impactx_kick,
    "cheetah-kick-float32": lambda problem: cheetah_kick(problem, "float32"),
    "cheetah-kick-float64": lambda problem: cheetah_kick(problem, "float64"),
    "cheetah-kicks-gradient": lambda problem: cheetah_kick(problem, "float64", 10, True),
    "impactx": impactx,
    "impactx-elements": impactx_elements,
    "cheetah-float32": lambda problem: cheetah(problem, "drift_kick_drift", "float32"),
    "cheetah-float64": lambda problem: cheetah(problem, "drift_kick_drift", "float64"),
    "cheetah-gradient-float32": lambda problem: cheetah(problem, "drift_kick_drift", "float32", True),
    "cheetah-gradient-float64": lambda problem: cheetah(problem, "drift_kick_drift", "float64", True),
    "cheetah-batch-float32": lambda problem: cheetah_batch(problem, "float32"),
    "cheetah-batch-float64": lambda problem: cheetah_batch(problem, "float64"),
    "cheetah-linear-float32": lambda problem: cheetah(problem, "linear", "float32"),
}


def main():
    # What a program prints on its own account must not come between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if len(sys.argv) > 2 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(sys.argv[2])})
    problem = json.loads(sys.stdin.readline())
    try:
        prepare, track, remark, *cases = PEERS[sys.argv[1]](problem)
        prepare()
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), file=answers, flush=True)
        sys.exit(1)
    print(json.dumps({"ready": remark, "cases": sum(cases, [])}), file=answers, flush=True)
    for line in sys.stdin:
        prepare(*([line.strip()] if cases else []))
        begin = time.perf_counter()
        track()
        seconds = time.perf_counter() - begin
        print(json.dumps({"seconds": seconds}), file=answers, flush=True)
    answers.close()
    os._exit(0)


main()
