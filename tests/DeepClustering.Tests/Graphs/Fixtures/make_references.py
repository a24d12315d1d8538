"""Writes references.json: what scikit-learn and scipy say about the neighbours, the graph and the clusters of small data sets.

Run with Debian 12's python3 (package python3-sklearn):
    python3 make_references.py
"""
import json
import warnings
from pathlib import Path

import numpy
import scipy
import sklearn
from sklearn.cluster import SpectralClustering
from sklearn.datasets import make_moons
from sklearn.manifold import spectral_embedding
from sklearn.neighbors import NearestNeighbors

rng = numpy.random.default_rng(20011203)
blobs = numpy.concatenate([c + rng.normal(size=(200, 3)) for c in ([0, 0, 0], [7, 0, 0], [0, 7, 2], [40, 40, 40])])
moons = make_moons(600, noise=0.06, random_state=3)[0]
sets = {"blobs": (blobs, 4, 8), "moons": (moons, 2, 10), "few": (rng.normal(size=(60, 2)), 3, 6)}

cases = []
for name, (points, clusters, neighbors) in sets.items():
    points = points.round(3)  # these are the numbers that both sides see
    distances, indices = NearestNeighbors(n_neighbors=neighbors, algorithm="brute").fit(points).kneighbors()
    # Of these neighbours and not searched for again: where two are at one distance, another search may take the other.
    affinity = scipy.sparse.csr_matrix((numpy.ones(indices.size), indices.ravel(), numpy.arange(0, indices.size + 1, neighbors)))
    affinity = 0.5 * (affinity + affinity.T)
    _, degrees = scipy.sparse.csgraph.laplacian(affinity, normed=True, return_diag=True)
    laplacian = scipy.sparse.csgraph.laplacian(affinity, normed=True).toarray()
    values, vectors = numpy.linalg.eigh(laplacian)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two of the sets fall into parts
        embedding = spectral_embedding(affinity, n_components=clusters, eigen_solver="arpack", random_state=0, drop_first=False)
        labels = SpectralClustering(clusters, affinity="precomputed", random_state=0).fit_predict(affinity)
    cases.append({
        "name": name, "points": points.tolist(), "clusters": clusters, "neighbors": neighbors,
        "indices": indices.tolist(), "distances": distances.round(10).tolist(),
        "components": int(scipy.sparse.csgraph.connected_components(affinity)[0]),
        "eigenvalues": (1 - values[:12]).round(12).tolist(),
        "embedding": (embedding * degrees[:, None]).round(9).tolist(),  # scikit-learn divides by the root of the degree
        "labels": labels.tolist(),
    })

Path(__file__).with_name("references.json").write_text(json.dumps({
    "versions": {"sklearn": sklearn.__version__, "scipy": scipy.__version__, "numpy": numpy.__version__}, "cases": cases,
}) + "\n")
print([(c["name"], c["components"], numpy.bincount(c["labels"]).tolist()) for c in cases])
