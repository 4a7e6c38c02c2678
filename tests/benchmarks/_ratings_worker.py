"""One program on one workload, in a process of its own: measures CPU seconds, prints JSON. Called by ratings.py.

Runs under the project's interpreter for ours, under that of the peers for the others; so it imports neither at the top.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

SCORE = np.array([1.0, 0.0, 0.5, 0.5])
POINTS_PER_NAT = 400.0 / np.log(10.0)
USED_NUMBERS = 3_900_000
"""Numbers once asked for and given back, so that the allocator keeps memory as it does in a process at work; otherwise
the first touch of every page, dear in a virtual machine, is measured instead of the programs."""


def main(program: str, path: str, repeats: int) -> None:
    data = dict(np.load(path))
    np.ones(USED_NUMBERS)
    stages, theta, errors = PROGRAMS[program](data, repeats)
    result = {
        "stages": stages,
        "theta": [] if theta is None else (theta - np.mean(theta)).tolist(),
        "errors": [] if errors is None else np.asarray(errors).tolist(),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    json.dump(result, sys.stdout)


def best(repeats: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of the fastest of some calls (the first, which may compile, is not counted), and the result."""
    result = work()
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return min(seconds), result


def ours(data: dict[str, np.ndarray], repeats: int) -> tuple[dict[str, float], np.ndarray, np.ndarray]:
    from ratings.bradley_terry import fit_strengths, vote_meat
    from ratings.intervals import sandwich
    from ratings.newton import grounded_inverse
    from ratings.pair_sums import PairSums
    from ratings.tensors import count_tensor

    a, b, outcome, m = data["a"], data["b"], data["outcome"], int(data["m"])
    counting, counts = best(repeats, lambda: count_tensor(a, b, outcome, m))
    fitting, fit = best(repeats, lambda: fit_strengths(PairSums.from_counts(counts)))

    def fit_and_covariance() -> np.ndarray:
        sums = PairSums.from_counts(counts)
        fitted = fit_strengths(sums)
        return sandwich(grounded_inverse(fitted.information, m), vote_meat(fitted.theta, sums))

    both, covariance = best(repeats, fit_and_covariance)
    stages = {"prepare": counting, "ratings": fitting, "ratings and intervals": both}
    return stages, fit.theta, np.sqrt(np.diag(covariance))


def ours_style(data: dict[str, np.ndarray], repeats: int) -> tuple[dict[str, float], np.ndarray, np.ndarray]:
    from ratings.comparisons import Comparisons
    from ratings.intervals import estimate_uncertainty
    from ratings.newton import grounded_inverse
    from ratings.style import fit_style

    m, x = int(data["m"]), data["x"]
    names = tuple(f"x{k}" for k in range(x.shape[1]))

    def run() -> tuple[Any, Any]:
        votes = Comparisons(
            ids=tuple(map(str, range(m))),
            a=data["a"],
            b=data["b"],
            outcome=data["outcome"],
            covariates=x,
            covariate_names=names,
        )
        fit = fit_style(votes, names)
        return fit, estimate_uncertainty(grounded_inverse(fit.information, m), fit.meat, None, m, 0.95)

    seconds, (fit, uncertainty) = best(repeats, run)
    return {"prepare": 0.0, "ratings and intervals": seconds}, fit.theta, uncertainty.standard_errors


def arena_rank(data: dict[str, np.ndarray], repeats: int) -> tuple[dict[str, float], np.ndarray, np.ndarray]:
    import pandas as pd
    from arena_rank.models.bradley_terry import BradleyTerry
    from arena_rank.utils.data_utils import PairDataset

    m = int(data["m"])
    frame = pd.DataFrame({"model_a": data["a"], "model_b": data["b"], "winner": data["outcome"]})
    score = dict(enumerate(SCORE))
    preparing, dataset = best(repeats, lambda: _ready(PairDataset.from_pandas(frame, outcome_map=score), "counts"))
    fitting, _ = best(repeats, lambda: np.asarray(BradleyTerry(m).fit(dataset).params["ratings"]))
    both, result = best(repeats, lambda: BradleyTerry(m).compute_ratings_and_cis(dataset))
    stages = {"prepare": preparing, "ratings": fitting, "ratings and intervals": both}
    theta = (np.asarray(result["ratings"]) - 1000.0) / POINTS_PER_NAT
    return stages, theta, np.sqrt(np.asarray(result["variances"])) / POINTS_PER_NAT


def arena_rank_exact(data: dict[str, np.ndarray], repeats: int) -> tuple[dict[str, float], np.ndarray, np.ndarray]:
    """With the least ridge that its inverse bears, run to convergence: the oracle of ratings and vote-level errors."""
    import pandas as pd
    from arena_rank.models.bradley_terry import BradleyTerry
    from arena_rank.utils.data_utils import PairDataset

    frame = pd.DataFrame({"model_a": data["a"], "model_b": data["b"], "winner": data["outcome"]})
    dataset = PairDataset.from_pandas(frame, outcome_map=dict(enumerate(SCORE)))
    m = int(data["m"])
    seconds, result = best(
        1, lambda: BradleyTerry(m, hessian_reg=1e-7, ftol=0.0, gtol=1e-13).compute_ratings_and_cis(dataset)
    )
    theta = (np.asarray(result["ratings"]) - 1000.0) / POINTS_PER_NAT
    errors = np.sqrt(np.asarray(result["variances"])) / POINTS_PER_NAT
    return {"ratings and intervals": seconds}, theta, errors


def arena_rank_style(data: dict[str, np.ndarray], repeats: int) -> tuple[dict[str, float], np.ndarray, np.ndarray]:
    import pandas as pd
    from arena_rank.models.contextual_bradley_terry import ContextualBradleyTerry
    from arena_rank.utils.data_utils import ContextualPairDataset

    m, x = int(data["m"]), data["x"]
    names = [f"x{k}" for k in range(x.shape[1])]
    frame = pd.DataFrame({"model_a": data["a"], "model_b": data["b"], "winner": data["outcome"]})
    frame[names] = x
    score = dict(enumerate(SCORE))
    preparing, dataset = best(
        repeats,
        lambda: _ready(
            ContextualPairDataset.from_pandas(frame, feature_cols=names, outcome_map=score, reweighted=False),
            "features",
        ),
    )
    both, result = best(
        repeats, lambda: ContextualBradleyTerry(m, n_features=len(names), reg=0.0).compute_ratings_and_cis(dataset)
    )
    theta = (np.asarray(result["ratings"]) - 1000.0) / POINTS_PER_NAT
    errors = np.sqrt(np.asarray(result["variances"])) / POINTS_PER_NAT
    return {"prepare": preparing, "ratings and intervals": both}, theta, errors


def _ready(dataset: Any, field: str) -> Any:
    """The dataset once its arrays are really there: JAX answers before it has finished."""
    np.asarray(getattr(dataset, field))
    return dataset


def evalica(data: dict[str, np.ndarray], repeats: int) -> tuple[dict[str, float], np.ndarray, None]:
    import evalica as package

    m = int(data["m"])
    names = [f"m{i:03}" for i in range(m)]
    winner = [package.Winner.X, package.Winner.Y, package.Winner.Draw, package.Winner.Draw]
    xs, ys = [names[i] for i in data["a"]], [names[i] for i in data["b"]]
    winners = [winner[o] for o in data["outcome"]]
    seconds, result = best(repeats, lambda: package.bradley_terry(xs, ys, winners))
    return {"prepare": 0.0, "ratings": seconds}, np.log(result.scores[names].to_numpy()), None


def choix(data: dict[str, np.ndarray], repeats: int) -> tuple[dict[str, float], np.ndarray, None]:
    import choix as package

    m = int(data["m"])
    points = np.zeros((m, m))
    np.add.at(points, (data["a"], data["b"]), SCORE[data["outcome"]])
    np.add.at(points, (data["b"], data["a"]), 1.0 - SCORE[data["outcome"]])
    seconds, theta = best(repeats, lambda: package.ilsr_pairwise_dense(points))
    return {"ratings": seconds}, theta, None


def fastchat_like(data: dict[str, np.ndarray], repeats: int) -> tuple[dict[str, float], np.ndarray, None]:
    """L-BFGS-B on distinct (pair, outcome) rows with tolerance 1e-6, as FastChat's elo_analysis does it."""
    from scipy.optimize import minimize
    from scipy.special import expit

    m = int(data["m"])

    def prepare() -> tuple[np.ndarray, ...]:
        key = (data["a"].astype(np.int64) * m + data["b"]) * 4 + data["outcome"]
        distinct, count = np.unique(key, return_counts=True)
        return distinct // 4 // m, distinct // 4 % m, SCORE[distinct % 4], count.astype(float)

    def fit(first: np.ndarray, second: np.ndarray, score: np.ndarray, count: np.ndarray) -> np.ndarray:
        def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
            lead = theta[first] - theta[second]
            error = count * (expit(lead) - score)
            gradient = np.bincount(first, error, m) - np.bincount(second, error, m)
            return float(count @ (np.logaddexp(0.0, lead) - score * lead)), gradient

        return minimize(loss, np.zeros(m), jac=True, method="L-BFGS-B", options={"gtol": 1e-6, "maxiter": 100}).x

    preparing, rows = best(repeats, prepare)
    fitting, theta = best(repeats, lambda: fit(*rows))
    return {"prepare": preparing, "ratings": fitting}, theta, None


PROGRAMS = {
    "ours": ours,
    "ours style": ours_style,
    "arena-rank": arena_rank,
    "arena-rank exact": arena_rank_exact,
    "arena-rank style": arena_rank_style,
    "evalica": evalica,
    "choix": choix,
    "FastChat-like": fastchat_like,
}


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
