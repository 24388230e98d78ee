"""How far the design goes: what a load asks of each service beside that service's quota."""
