"""Its presence lets the tests import `bench`, which `run.py` and `report.py` find beside them."""
