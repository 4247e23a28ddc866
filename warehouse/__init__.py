"""Where does it live? Load, build, check, publish and read a cut; runs and their manifests."""

from warehouse.errors import ExtractError, WarehouseError, WrongUseError
from warehouse.store import Store

__all__ = ["ExtractError", "Store", "WarehouseError", "WrongUseError"]
