"""Training is tested where PyTorch is installed (``make test-training``); serving and its tests do without."""

import importlib.util

collect_ignore_glob = [] if importlib.util.find_spec("torch") else ["test_*.py"]
