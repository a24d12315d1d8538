"""Writes references.json: what scikit-learn, scipy and numpy say about a small data set.

Run with Debian 12's python3 (packages python3-sklearn, python3-scipy, python3-numpy):
    python3 make_references.py
"""
import json
from pathlib import Path

import numpy
import scipy
import sklearn
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

SETTINGS = {"tol": 1e-5, "reg_covar": 1e-4, "max_iter": 100}
NAMES = {"diag": "Diagonal", "spherical": "Spherical", "full": "Full"}

rng = numpy.random.default_rng(20170819)
factors = rng.normal(size=(3, 3, 3))
centres = numpy.array([[5.0, -40.0, 300.0], [8.0, -38.0, 301.0], [4.0, -36.0, 305.0]])
points = numpy.concatenate([c + rng.normal(size=(n, 3)) @ f for c, f, n in zip(centres, factors, (60, 50, 40))])
points = points.round(3)  # these are the numbers that both sides see

start_weights = numpy.array([0.5, 0.3, 0.2])
start_means = points[[0, 70, 140]]
start_covariances = {
    "diag": numpy.array([[2.0, 1.0, 3.0], [1.0, 1.5, 2.0], [4.0, 1.0, 0.5]]),
    "spherical": numpy.array([2.0, 1.0, 3.0]),
    "full": numpy.array([[[2.0, 0.3, 0.1], [0.3, 1.0, -0.2], [0.1, -0.2, 3.0]]] * 3),
}

mixtures = {}
for kind, covariances in start_covariances.items():
    precisions = numpy.linalg.inv(covariances) if kind == "full" else 1 / covariances
    fit = GaussianMixture(3, covariance_type=kind, weights_init=start_weights, means_init=start_means,
                          precisions_init=precisions, **SETTINGS).fit(points)
    mixtures[NAMES[kind]] = {
        "start": covariances.tolist(),
        "weights": fit.weights_.tolist(),
        "means": fit.means_.tolist(),
        "covariances": fit.covariances_.tolist(),
        "iterations": fit.n_iter_,
        "converged": fit.converged_,
        "lowerBound": fit.lower_bound_,
        "logLikelihood": fit.score(points),
        "bic": fit.bic(points),
        "logDensities": fit.score_samples(points).tolist(),
        "responsibilities": fit.predict_proba(points).tolist(),
        "labels": fit.predict(points).tolist(),
    }

clusters = KMeans(3, init=points[[0, 70, 140]], n_init=1, tol=0, max_iter=300).fit(points)

# A point, a mean and a variance, at ordinary and at extreme distances.
densities = []
for point, mean, variance in [
    ([0.3, -1.2, 2.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]),
    ([0.3, -1.2, 2.0], [1.0, -1.0, 0.5], [0.2, 3.0, 1.7]),
    ([1e4, -2e4, 3e4], [1.0, -1.0, 0.5], [0.01, 0.5, 100.0]),
    ([0.001, 0.002, 0.003], [0.0, 0.0, 0.0], [1e-6, 1e-6, 1e-6]),
]:
    densities.append({"point": point, "mean": mean, "variance": variance,
                      "logDensity": multivariate_normal.logpdf(point, mean, numpy.diag(variance))})

references = {
    "versions": {"numpy": numpy.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    "settings": SETTINGS,
    "points": points.tolist(),
    "startWeights": start_weights.tolist(),
    "startMeans": start_means.tolist(),
    "mixtures": mixtures,
    "kMeans": {"centroids": clusters.cluster_centers_.tolist(), "inertia": clusters.inertia_, "labels": clusters.labels_.tolist()},
    "densities": densities,
}
Path(__file__).with_name("references.json").write_text(json.dumps(references) + "\n")
