#!/usr/bin/python3
"""Runs the benchmarks by turns with the same work in Python, and prints how many times as long Python takes.

Needs Debian's packages, their python3 and a built benchmark:

    apt-get install python3-torch libopenblas0-pthread python3-sklearn
    dotnet build tests/Benchmarks
    /usr/bin/python3 tests/Benchmarks/compare_with_python.py [--turns 3] [--threads 2]

The digits are those of the benchmark: MNIST_DIR for the full set. It is the evidence for a claim, not a test.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--turns", type=int, default=3, help="measurements of each side")
parser.add_argument("--threads", type=int, default=os.cpu_count())
parser.add_argument("--only", choices=["training", "metrics", "graph"], help="one of the three comparisons; all unless given")
parser.add_argument("--steps", type=int, default=30, help="training steps of a measurement")
parser.add_argument("--arpack-points", type=int, default=10_000, help="points that scikit-learn's default solver gets; 70,000 take it many minutes")
arguments = parser.parse_args()
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(arguments.threads)

import numpy as np  # noqa: E402: the thread counts must be set before
import sklearn  # noqa: E402
import torch  # noqa: E402
from scipy.sparse import csr_matrix  # noqa: E402
from scipy.sparse.csgraph import laplacian  # noqa: E402
from sklearn.manifold import spectral_embedding  # noqa: E402
from sklearn.metrics import calinski_harabasz_score, silhouette_score  # noqa: E402
from sklearn.mixture import GaussianMixture  # noqa: E402
from sklearn.neighbors import NearestNeighbors  # noqa: E402
from torch import nn  # noqa: E402

BATCH, LATENT, COMPONENTS = 128, 10, 10
PROGRAM = Path(__file__).resolve().parent / "bin" / "Benchmarks.dll"


def ours(folder, *command):
    """The benchmark's figures: its timings in milliseconds by name, and its values."""
    path = os.path.join(folder, "figures.json")
    subprocess.run(["dotnet", PROGRAM, *command, "--threads", str(arguments.threads), "--json", path],
                   check=True, stdout=subprocess.DEVNULL)
    with open(path) as file:
        figures = json.load(file)
    return {row["Name"]: row["Milliseconds"] for section in figures["Sections"] for row in section["Rows"]}, figures["Values"]


class Vade(nn.Module):
    """The same layers, loss and noise as the library's."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 500), nn.ReLU(), nn.Linear(500, 500), nn.ReLU(), nn.Linear(500, 2000), nn.ReLU())
        self.mean, self.log_variance = nn.Linear(2000, LATENT), nn.Linear(2000, LATENT)
        self.decoder = nn.Sequential(nn.Linear(LATENT, 2000), nn.ReLU(), nn.Linear(2000, 500), nn.ReLU(),
                                     nn.Linear(500, 500), nn.ReLU(), nn.Linear(500, 784))
        self.weight_logits = nn.Parameter(torch.zeros(COMPONENTS))
        self.means = nn.Parameter(torch.randn(COMPONENTS, LATENT))
        self.log_variances = nn.Parameter(torch.zeros(COMPONENTS, LATENT))

    def loss(self, x):
        features = self.encoder(x)
        mean, log_variance = self.mean(features), self.log_variance(features)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        reconstruction = nn.functional.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="none").sum(-1)
        log_weights, precisions = torch.log_softmax(self.weight_logits, 0), torch.exp(-self.log_variances)
        densities = -0.5 * (((z.unsqueeze(1) - self.means).square() * precisions).sum(-1)
                            + self.log_variances.sum(-1) + LATENT * math.log(2 * math.pi))
        log_responsibilities = torch.log_softmax(log_weights + densities, 1)
        responsibilities = log_responsibilities.exp()
        divergences = 0.5 * (((mean.unsqueeze(1) - self.means).square() * precisions).sum(-1) + torch.exp(log_variance) @ precisions.t()
                             + self.log_variances.sum(-1) - (log_variance + 1).sum(-1, keepdim=True))
        return (reconstruction.mean() + (responsibilities * divergences).sum(-1).mean()
                + (responsibilities * (log_responsibilities - log_weights)).sum(-1).mean())


def training_in_python(model, optimizer, digits):
    """Milliseconds a step, the mean of some."""
    order = torch.randperm(len(digits))
    start = time.perf_counter()
    for step in range(arguments.steps):
        x = digits[order[step * BATCH:(step + 1) * BATCH]].float().div_(255)
        optimizer.zero_grad(set_to_none=True)
        model.loss(x).backward()
        optimizer.step()
    return (time.perf_counter() - start) * 1000 / arguments.steps


def timed(work):
    """Milliseconds, and what the work returned."""
    start = time.perf_counter()
    value = work()
    return (time.perf_counter() - start) * 1000, value


def show(name, mine, python):
    a, b = statistics.median(mine), statistics.median(python)
    print(f"{name:44} {a:10.2f} ms {b:12.2f} ms   {b / a:6.1f} times as long   (ours / Python = {a / b:.3f})", flush=True)


def compare_training(folder):
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    model = Vade()
    optimizer = torch.optim.Adam(model.parameters(), 1e-4)
    digits = torch.randint(0, 256, (arguments.steps * BATCH, 784), dtype=torch.uint8)
    training_in_python(model, optimizer, digits)
    mine, mixed, python = [], [], []
    for _ in range(arguments.turns):
        command = ["training", "--rounds", "3", "--steps", str(arguments.steps), "--batch-size", str(BATCH)]
        mine.append(ours(folder, *command)[0]["VaDE"])
        mixed.append(ours(folder, *command, "--precision", "Mixed")[0]["VaDE"])
        python.append(training_in_python(model, optimizer, digits))
    show("VaDE step, float32", mine, python)
    show("VaDE step, mixed precision here only", mixed, python)


def compare_metrics(folder):
    command = ["metrics", "--rounds", "5", "--export", folder]
    ours(folder, *command)
    points = np.fromfile(os.path.join(folder, "points.f32"), "<f4").reshape(-1, 10)
    labels = np.fromfile(os.path.join(folder, "labels.i32"), "<i4")
    mixture = GaussianMixture(
        COMPONENTS, covariance_type="diag", tol=0, max_iter=100, init_params="random", weights_init=np.full(COMPONENTS, 1 / COMPONENTS),
        means_init=points[:COMPONENTS].astype(float), precisions_init=np.ones((COMPONENTS, points.shape[1])))
    work = {
        "silhouette, exact": lambda: silhouette_score(points, labels),
        "Calinski-Harabasz": lambda: calinski_harabasz_score(points, labels),
        "Gaussian mixture": lambda: mixture.fit(points.astype(float)).lower_bound_,
    }
    mine, python, values = {name: [] for name in work}, {name: [] for name in work}, {}
    for _ in range(arguments.turns):
        timings, own = ours(folder, *command)
        for name in work:
            milliseconds, values[name] = timed(work[name])
            python[name].append(milliseconds)
            mine[name].append(next(value for key, value in timings.items() if key.startswith(name)))
    for name in work:
        show(name, mine[name], python[name])
    print("values, ours and scikit-learn's:")
    for name, key in [("silhouette, exact", "Silhouette"), ("Calinski-Harabasz", "CalinskiHarabasz"), ("Gaussian mixture", "LogLikelihood")]:
        print(f"  {name:42} {own[key]:.8f} {values[name]:.8f}")


def graph_of(folder, count, turns):
    """Both sides' seconds for the neighbours, and a function that measures scikit-learn's eigenvectors of the same graph."""
    command = ["graph", "--rounds", "3", "--points", str(count), "--export", folder]
    ours(folder, *command)
    points = np.fromfile(os.path.join(folder, "points.f32"), "<f4").reshape(-1, 10)
    search = NearestNeighbors(n_neighbors=10, algorithm="brute", n_jobs=arguments.threads).fit(points)
    mine, python = {"neighbours": [], "eigenvectors": []}, []
    for _ in range(turns):
        timings, own = ours(folder, *command)
        milliseconds, (distances, indices) = timed(search.kneighbors)
        python.append(milliseconds)
        for name in mine:
            mine[name].append(next(value for key, value in timings.items() if name in key))
    edges = csr_matrix((np.ones(indices.size), indices.ravel(), np.arange(0, indices.size + 1, indices.shape[1])), (len(points), len(points)))
    weights = 0.5 * (edges + edges.T)
    largest = np.abs(np.array(own["Distances"]) - distances[0]).max()
    print(f"{count} points: largest difference of the first one's distances {largest:.1e}; edges {own['Edges']} and {weights.nnz // 2}", flush=True)
    return mine, python, lambda solver: eigenvectors_in_python(weights, solver)


def eigenvectors_in_python(weights, solver):
    """Milliseconds, and how much they leave at most: |A v - c v| of the normalised weights A."""
    milliseconds, vectors = timed(lambda: spectral_embedding(weights, n_components=16, eigen_solver=solver, random_state=1, drop_first=False))
    of, scale = laplacian(weights, normed=True, return_diag=True)
    vectors = vectors * scale[:, None]
    vectors /= np.linalg.norm(vectors, axis=0)
    image = of @ vectors
    return milliseconds, np.linalg.norm(image - vectors * (vectors * image).sum(0), axis=0).max()


def compare_graph(folder):
    mine, python, eigenvectors = graph_of(folder, 70_000, arguments.turns)
    show("10 nearest neighbours, exact, 70,000 points", mine["neighbours"], python)
    theirs = [eigenvectors("lobpcg") for _ in range(arguments.turns)]
    milliseconds, left = [each for each, _ in theirs], theirs[0][1]
    show("16 leading eigenvectors, lobpcg there", mine["eigenvectors"], milliseconds)
    timings, own = zip(*[ours(folder, "graph", "--rounds", "3", "--residual", str(left)) for _ in range(arguments.turns)])
    same = [next(value for key, value in timing.items() if "eigenvectors" in key) for timing in timings]
    show("the same, as exact here as there", same, milliseconds)
    print(f"residuals: at most {own[0]['Residual']:.1e} here, {left:.1e} there", flush=True)
    # Its default, arpack, factorises the graph: time grows as N^2.4, memory with it.
    mine, _, eigenvectors = graph_of(folder, arguments.arpack_points, 1)
    show(f"the same of {arguments.arpack_points:,} points, arpack there", mine["eigenvectors"], [eigenvectors("arpack")[0]])


warnings.simplefilter("ignore")  # the mixture is meant to stop before it converges
print(f"torch {torch.__version__}, scikit-learn {sklearn.__version__}, numpy {np.__version__}, {arguments.threads} threads")
print(f"{'':44} {'ours':>13} {'Python':>15}")
with tempfile.TemporaryDirectory() as folder:
    for name, compare in [("training", compare_training), ("metrics", compare_metrics), ("graph", compare_graph)]:
        if arguments.only in (None, name):
            compare(folder)
