"""Writes the reference values of the metric tests beside itself.

    python3 make_references.py FOLDER_OF_MNIST

Made with scikit-learn 1.2.1, scipy 1.10.1 and numpy 1.24.2 on Python 3.11. FOLDER_OF_MNIST holds
t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz.
"""
import gzip
import json
import pathlib
import sys

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics.cluster import contingency_matrix

HERE = pathlib.Path(__file__).parent
random = np.random.RandomState(20170819)


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


def first_digits(count, folder):
    def payload(name, header):
        with gzip.open(pathlib.Path(folder) / name) as file:
            return np.frombuffer(file.read(), np.uint8, offset=header)

    images = payload("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784)[:count]
    return images / 255.0, payload("t10k-labels-idx1-ubyte.gz", 8)[:count]


def labelling(name, classes, clusters):
    h, c, v = metrics.homogeneity_completeness_v_measure(classes, clusters)
    case = {
        "name": name,
        "classes": [int(x) for x in classes],
        "clusters": [int(x) for x in clusters],
        "homogeneity": h,
        "completeness": c,
        "vMeasure": v,
        "vMeasureBetaHalf": metrics.v_measure_score(classes, clusters, beta=0.5),
        "nmi": metrics.normalized_mutual_info_score(classes, clusters),
        "ari": metrics.adjusted_rand_score(classes, clusters),
        "contingency": [],
        "accuracy": None,
    }
    if len(classes):
        table = contingency_matrix(classes, clusters)
        best = table[linear_sum_assignment(table, maximize=True)].sum()
        case |= {"contingency": table.tolist(), "accuracy": best / len(classes)}
    return case


def clustering(name, points, labels):
    given = np.asarray(points, np.float64)
    # scikit-learn's |x|^2 + |y|^2 - 2xy cancels far from the origin (1e-5 in one case below); no metric sees the shift.
    points = given - given.mean(axis=0).round()
    return {
        "name": name,
        "dimension": points.shape[1],
        "points": given.ravel().tolist(),
        "labels": [int(x) for x in labels],
        "silhouettes": metrics.silhouette_samples(points, labels).round(12).tolist(),
        "silhouette": metrics.silhouette_score(points, labels),
        "calinskiHarabasz": metrics.calinski_harabasz_score(points, labels),
        "daviesBouldin": metrics.davies_bouldin_score(points, labels),
    }


def blobs(sizes, dimension, spread):
    centers = random.normal(size=(len(sizes), dimension)) * 3
    points = np.concatenate([random.normal(c, spread, (n, dimension)) for c, n in zip(centers, sizes)])
    labels = np.repeat(np.arange(len(sizes)), sizes)
    order = random.permutation(len(labels))
    return points[order].round(4), labels[order]


pixels, digits = first_digits(500, sys.argv[1])
latent = PCA(10, svd_solver="full").fit_transform(pixels).round(4)
by_kmeans = KMeans(10, n_init=3, random_state=0).fit_predict(latent)
by_kmeans_12 = KMeans(12, n_init=3, random_state=0).fit_predict(latent)

write("labellings.json", [
    labelling("empty", [], []),
    labelling("one point", [3], [7]),
    labelling("one class, one cluster", [0] * 5, [4] * 5),
    labelling("one class, all singletons", [0] * 5, range(5)),
    labelling("all singletons, one cluster", range(5), [0] * 5),
    labelling("all singletons twice", range(6), [3, 1, 4, 0, 5, 2]),
    labelling("renamed", [0, 0, 1, 1, 2], [9, 9, -4, -4, 0]),
    labelling("independent", [0, 0, 1, 1], [0, 1, 0, 1]),
    labelling("split class", [0, 0, 1, 1], [0, 0, 1, 2]),
    labelling("merged classes", [0, 0, 1, 2], [0, 0, 1, 1]),
    labelling("sparse labels", [-100, 7, 7, 2147483647, -100, 7], [5, -2147483648, 5, 5, 5, 0]),
    labelling("more clusters than classes", random.randint(0, 4, 200), random.randint(0, 9, 200)),
    labelling("more classes than clusters", random.randint(0, 9, 200), random.randint(0, 4, 200)),
    labelling("500 digits, k-means with 10", digits, by_kmeans),
    labelling("500 digits, k-means with 12", digits, by_kmeans_12),
])

write("assignments.json", [
    {"costs": costs.tolist(), "total": float(costs[linear_sum_assignment(costs)].sum())}
    for costs in [
        np.array([[4, 1, 3], [2, 0, 5], [3, 2, 2]]),
        random.randint(-50, 50, (10, 10)),
        random.randint(0, 5, (12, 12)),          # many ties
        random.normal(size=(7, 15)).round(6),
        random.normal(size=(15, 7)).round(6),
        random.randint(0, 1000, (40, 40)),
        random.normal(size=(1, 6)).round(6),
    ]
])

coarse = random.randint(0, 3, (60, 2)).astype(float)   # duplicates within and across clusters
shifted, shifted_labels = blobs([20, 30], 3, 0.01)
write("clusterings.json", [
    clustering("three blobs in the plane", *blobs([30, 50, 20], 2, 1.0)),
    clustering("with two singletons", *blobs([1, 40, 1, 25], 3, 0.5)),
    clustering("overlapping, uneven", *blobs([5, 100, 3, 60, 7], 4, 4.0)),
    clustering("duplicates", coarse, random.randint(0, 4, 60)),
    clustering("tight and far from the origin", (shifted / 100 + 1000).round(6), shifted_labels),
    clustering("one dimension", *blobs([40, 45], 1, 2.0)),
    clustering("N - 1 labels", *blobs([1] * 9 + [2], 2, 1.0)),
    clustering("500 digits in 10 principal components, k-means", latent, by_kmeans),
    clustering("500 digits in 10 principal components, classes", latent, digits),
])
