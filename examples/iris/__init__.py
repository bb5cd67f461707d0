"""An API around a scikit-learn model, a small database and slow calls; `main.py` is its front."""
