"""Other people's programs that must give our numbers. Their own deprecation warnings at import are not ours."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import choix
    import evalica
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

__all__ = ["GLM", "Binomial", "choix", "evalica"]
