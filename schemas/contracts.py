"""Every contract, in the order in which they are examined."""

from schemas.contract import Contract
from schemas.procedures import Procedures

CONTRACTS: tuple[type[Contract], ...] = (Procedures,)
