#!/usr/bin/env python3
"""Times the likelihood of a partial-wave fit and its derivatives in JAX: double precision, one core.

    pip install jax==0.10.2

Usage: partial_waves_jax.py SAMPLE.npz NAME[,NAME...] [PROCESSOR] [--runs N] [--block EVENTS] [--write OUT.npz]
       [--formulation fast|plain]

NAME is a quantity and a form, such as gradient-blocks; "all" stands for the first six:

    nll-array  gradient-array  hvp-array       the whole sample as one array
    nll-blocks gradient-blocks hvp-blocks      a loop over blocks of events that stay in the cache
    hessian-blocks                             per block: one linearisation of the gradient, then each unit vector
    hessian-columns                            one hvp-blocks for each free parameter

`nll` gives the value, `gradient` value and gradient (reverse), `hvp` the Hessian times the direction (forward over
reverse), `hessian` the Hessian of the free parameters.

SAMPLE.npz holds (wave amplitudes normalised, |D_phi| folded in, transverse components x and y):

    data_waves (N, 7, 2), data_s (N,) [GeV^2], integration_waves (M, 7, 2), integration_s (M,), data_weights (N,) if any,
    values (61,): of each resonance its lineshape's parameters, then real and imaginary part of each wave's coupling,
    free (59,): indices in values, direction (59,)

With --runs, each quantity is timed so often, the quantities in turn, and one JSON object is printed for each.
Without, it answers on standard output to lines on standard input, each answer one JSON object on one line. The first line
must be a JSON object; "values" and "direction" in it take the place of the sample's. Once everything is
compiled and has run, the answer is {"ready": ..., "nll": ..., "gradient_norm": ..., "hvp_norm": ..., "forms": {...}}, or
{"error": ...}. Each further line runs once the quantity that it names, or the first NAME if it is none of them:
{"name": ..., "seconds": ...}. Reading, arranging and compiling are not in the times.

PROCESSOR is the number of the one to run on; without it, the first that is allowed.
"""

import argparse
import json
import os
import sys
import time

parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS)
parser.add_argument("sample")
parser.add_argument("names")
parser.add_argument("processor", nargs="?", type=int)
parser.add_argument("--runs", type=int)
parser.add_argument("--block", type=int, default=2000)
parser.add_argument("--write")
parser.add_argument("--formulation", choices=["fast", "plain"], default="fast")
arguments = parser.parse_args()

# JAX makes its threads when it is imported: one core before that.
if hasattr(os, "sched_setaffinity"):
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed) if arguments.processor is None else arguments.processor})
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NPROC"):
    os.environ[variable] = "1"

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

PION, KAON = 0.13957061, 0.493677  # GeV, the published program's


# The model. What depends on an event but not on a parameter is computed once per sample: see `columns`.


def inverse(x, y):
    """Real and imaginary part of 1 / (x - iy)."""
    scale = 1 / (x * x + y * y)
    return x * scale, y * scale


def breit_wigner(parameters, event):
    mass, width = parameters
    return inverse(mass**2 - event["s"], mass * width)


def flatte_published(parameters, event):
    mass, g, ratio = parameters
    return inverse(mass**2 - event["s"], g * event["rho_pion"] + g * ratio * event["rho_kaon"])


def barrier(q):
    """(q/q0)^(5/2) F(q0)/F(q) is barrier(q) / barrier(q0), with q = s/4 - 0.0194792."""
    return q**2 * q**0.5 / (q * (q + 0.1825) + 0.033306)


def tensor_meson_1270(parameters, event):
    mass, width = parameters
    strength = mass * width
    real, imaginary = inverse(
        mass**2 - event["s"], strength / barrier(mass**2 / 4 - 0.0194792) * event["barrier"])
    return -strength * real, -strength * imaginary


# Resonances that share waves: the waves, and of each resonance its lineshape and the number of its parameters.
GROUPS = [
    (slice(0, 2), [(flatte_published, 3), (breit_wigner, 2)]),
    (slice(2, 7), [(tensor_meson_1270, 2), (breit_wigner, 2), (breit_wigner, 2), (breit_wigner, 2)]),
]


def columns(waves, s, weights):
    """A sample by columns, events last."""
    return {
        "waves": np.ascontiguousarray(waves.transpose(1, 2, 0)),
        "s": s,
        "weights": weights,
        "rho_pion": np.sqrt(np.abs(1 - 4 * PION**2 / s)),
        "rho_kaon": np.sqrt(np.abs(1 - 4 * KAON**2 / s)),
        "barrier": barrier(s / 4 - 0.0194792),
    }


def intensity(values, event):
    """sum_k |sum_i U_ik sum_r c_ri D_r|^2 of each event.

    The sum over the resonances comes first, as one product of matrices for each group: rows are the real and the imaginary
    part of each wave's factor, columns those of each lineshape. Of ten ways that were tried none is faster in JAX.
    """
    amplitude = 0
    place = 0
    for waves, resonances in GROUPS:
        count = waves.stop - waves.start
        real, imaginary, couplings = [], [], []
        for lineshape, parameters in resonances:
            x, y = lineshape(values[place : place + parameters], event)
            place += parameters
            real.append(x)
            imaginary.append(y)
            couplings.append(values[place : place + 2 * count].reshape(count, 2))
            place += 2 * count
        a, b = jnp.moveaxis(jnp.stack(couplings, 1), 2, 0)
        matrix = jnp.block([[a, -b], [b, a]])
        factors = (matrix @ jnp.stack(real + imaginary)).reshape(2, count, -1)
        amplitude += jnp.einsum("cin,ikn->ckn", factors, event["waves"][waves])
    return (amplitude * amplitude).sum((0, 1))


def plain_intensity(values, event):
    """The same as one writes it down: complex numbers, resonance by resonance."""
    amplitude = 0
    place = 0
    for waves, resonances in GROUPS:
        count = waves.stop - waves.start
        for lineshape, parameters in resonances:
            x, y = lineshape(values[place : place + parameters], event)
            place += parameters
            couplings = values[place : place + 2 * count].reshape(count, 2)
            place += 2 * count
            factors = couplings[:, 0] + 1j * couplings[:, 1]
            amplitude += (x + 1j * y) * jnp.einsum("i,ikn->kn", factors, event["waves"][waves])
    return (amplitude.real**2 + amplitude.imag**2).sum(0)


if arguments.formulation == "plain":
    intensity = plain_intensity


def data_term(values, event):
    """L = -sum w log I."""
    return -(event["weights"] * jnp.log(intensity(values, event))).sum()


def integral_term(values, event):
    """S = sum I."""
    return (event["weights"] * intensity(values, event)).sum()


# The whole sample as one array.


def array_quantities(data, integration, free):
    total = data["weights"].sum()
    count = integration["weights"].sum()
    sample = jax.tree.map(jnp.asarray, (data, integration))

    def likelihood(values, sample):
        data, integration = sample
        return data_term(values, data) + total * jnp.log(integral_term(values, integration) / count)

    @jax.jit
    def nll(values, direction, sample):
        return likelihood(values, sample)

    @jax.jit
    def gradient(values, direction, sample):
        value, slope = jax.value_and_grad(likelihood)(values, sample)
        return value, slope[free]

    @jax.jit
    def hvp(values, direction, sample):
        return jax.jvp(lambda v: jax.grad(likelihood)(v, sample), (values,), (direction,))[1][free]

    return {"nll-array": nll, "gradient-array": gradient, "hvp-array": hvp}, sample


# Blocks: each gives value, gradient and Hessian-vector product of L and S; the sums are combined at the end.


def blocks(sample, length):
    """The columns cut into blocks, first index the block; the last is filled with copies of an event, with weight zero."""
    missing = -len(sample["s"]) % length

    def cut(name, column):
        filler = np.repeat(column[..., :1] * (name != "weights"), missing, axis=-1)
        whole = np.concatenate([column, filler], axis=-1)
        return jnp.asarray(np.moveaxis(whole.reshape(*column.shape[:-1], -1, length), -2, 0).copy())

    return {name: cut(name, column) for name, column in sample.items()}


def sum_over_blocks(function, sample):
    """The sum of function(block), which may be a tuple."""
    first = jax.tree.map(lambda column: column[0], sample)
    zero = jax.tree.map(lambda x: jnp.zeros(x.shape, x.dtype), jax.eval_shape(function, first))
    add = lambda sums, block: (jax.tree.map(jnp.add, sums, function(block)), None)
    return jax.lax.scan(add, zero, sample)[0]


def block_quantities(data, integration, parameters, free, length):
    total = data["weights"].sum()
    count = integration["weights"].sum()
    sample = (blocks(data, length), blocks(integration, length))
    unit_vectors = np.eye(parameters)[free]

    @jax.jit
    def nll(values, direction, sample):
        data, integration = sample
        l = sum_over_blocks(lambda block: data_term(values, block), data)
        s = sum_over_blocks(lambda block: integral_term(values, block), integration)
        return l + total * jnp.log(s / count)

    @jax.jit
    def gradient(values, direction, sample):
        data, integration = sample
        l, slope_l = sum_over_blocks(lambda block: jax.value_and_grad(data_term)(values, block), data)
        s, slope_s = sum_over_blocks(lambda block: jax.value_and_grad(integral_term)(values, block), integration)
        return l + total * jnp.log(s / count), (slope_l + total / s * slope_s)[free]

    @jax.jit
    def hvp(values, direction, sample):
        data, integration = sample

        def data_part(block):
            return jax.jvp(lambda v: jax.grad(data_term)(v, block), (values,), (direction,))[1]

        def integral_part(block):
            point = lambda v: jax.value_and_grad(integral_term)(v, block)
            (value, slope), (_, curvature) = jax.jvp(point, (values,), (direction,))
            return value, slope, curvature

        curvature_l = sum_over_blocks(data_part, data)
        s, slope_s, curvature_s = sum_over_blocks(integral_part, integration)
        return (curvature_l + total * (curvature_s / s - slope_s * (slope_s @ direction) / s**2))[free]

    @jax.jit
    def hessian(values, direction, sample):
        data, integration = sample

        def part(term, block):
            """Value, gradient and the free parameters' rows of the Hessian."""
            (value, slope), push = jax.linearize(lambda v: jax.value_and_grad(term)(v, block), values)
            return value, slope, jax.lax.map(lambda vector: push(vector)[1], unit_vectors)

        _, _, curvature_l = sum_over_blocks(lambda block: part(data_term, block), data)
        s, slope_s, curvature_s = sum_over_blocks(lambda block: part(integral_term, block), integration)
        outer = jnp.outer(slope_s[free], slope_s)
        return (curvature_l + total * (curvature_s / s - outer / s**2))[:, free]

    def columns_of_hessian(values, direction, sample):
        return jnp.stack([hvp(values, jnp.asarray(vector), sample) for vector in unit_vectors])

    return {
        "nll-blocks": nll,
        "gradient-blocks": gradient,
        "hvp-blocks": hvp,
        "hessian-blocks": hessian,
        "hessian-columns": columns_of_hessian,
    }, sample


# Times.


def seconds(run):
    begin = time.perf_counter()
    jax.block_until_ready(run())
    return time.perf_counter() - begin


def prepare(problem):
    """What to run by name, and the results by name."""
    file = np.load(arguments.sample)
    file = {name: file[name] for name in file.files} | problem
    data_s = np.asarray(file["data_s"], dtype=float)
    integration_s = np.asarray(file["integration_s"], dtype=float)
    weights = np.asarray(file.get("data_weights", np.ones(len(data_s))), dtype=float)
    data = columns(np.asarray(file["data_waves"], dtype=float), data_s, weights)
    integration = columns(np.asarray(file["integration_waves"], dtype=float), integration_s, np.ones(len(integration_s)))
    free = np.asarray(file["free"], dtype=int)
    values = jnp.asarray(file["values"], dtype=float)
    direction = jnp.zeros_like(values).at[free].set(jnp.asarray(file["direction"], dtype=float))

    six = [f"{quantity}-{form}" for form in ("array", "blocks") for quantity in ("nll", "gradient", "hvp")]
    names = [name for word in arguments.names.split(",") for name in (six if word == "all" else [word])]
    known, results = {}, {}
    for form in dict.fromkeys("array" if name.endswith("array") else "blocks" for name in names):
        quantities, sample = (
            array_quantities(data, integration, free)
            if form == "array"
            else block_quantities(data, integration, len(values), free, arguments.block))
        for name, quantity in quantities.items():
            known[name] = lambda quantity=quantity, sample=sample: quantity(values, direction, sample)
        # Both are also what the caller checks.
        value, slope = known[f"gradient-{form}"]()
        results[form] = {"nll": value, "gradient": slope, "hvp": known[f"hvp-{form}"]()}
    runs = {name: known[name] for name in names}
    for name, run in runs.items():
        outcome = jax.block_until_ready(run())
        if name.startswith("hessian"):
            results[name] = {"hessian": outcome}
    if arguments.write:
        np.savez(arguments.write, **{
            f"{form}_{name}": np.asarray(array) for form, result in results.items() for name, array in result.items()})
    return runs, results


def checks(results):
    norms = {
        form: {
            name if name == "nll" else f"{name}_norm": float(jnp.linalg.norm(array)) if array.ndim else float(array)
            for name, array in result.items()
        }
        for form, result in results.items()}
    return next(iter(norms.values())) | {"forms": norms}


def main():
    # What a library prints on its own account must not come between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    write = lambda answer: print(json.dumps(answer), file=answers, flush=True)
    try:
        runs, results = prepare({} if arguments.runs else json.loads(sys.stdin.readline()))
    except Exception as error:
        write({"error": f"{type(error).__name__}: {error}"})
        sys.exit(1)
    write({"ready": f"jax {jax.__version__}, float64, one core"} | checks(results))
    if arguments.runs:
        times = {name: [] for name in runs}
        for _ in range(arguments.runs):
            for name, run in runs.items():
                times[name].append(seconds(run))
        for name, all_times in times.items():
            write({"name": name, "unit": "s", "min": min(all_times), "median": float(np.median(all_times)),
                   "runs": len(all_times)})
        return
    first = next(iter(runs))
    for line in sys.stdin:
        name = line.strip() if line.strip() in runs else first
        write({"name": name, "seconds": seconds(runs[name])})


main()
