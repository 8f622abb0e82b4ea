"""Published scores for colorectal liver metastases: off until a site asks for them, each with its population and its limits.

One published score, one function. A missing input gives no score; none of them says what to do.
"""
