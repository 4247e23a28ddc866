"""How everything is derived: SQL models, one file a table, and the runner that orders them by what they read."""

from transforms.runner import STAGES, Model, ModelError, models, run

__all__ = ["STAGES", "Model", "ModelError", "models", "run"]
