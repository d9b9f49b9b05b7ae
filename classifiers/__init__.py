"""Text in, assessment out. Nothing here knows of licences, databases, queues or networks.

>>> from classifiers import Classifier
>>> Classifier.load().assess(["黑户也能做，加微信秒批"])[0].label
'bad_credit_loan'
"""

from classifiers.assessment import Assessment, Contact, Evidence, Span, Versions
from classifiers.cascade import Classifier
from classifiers.errors import ArtifactError

__all__ = ["ArtifactError", "Assessment", "Classifier", "Contact", "Evidence", "Span", "Versions"]
