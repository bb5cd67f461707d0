"""`POST /predict/`: which iris is this?"""

from typing import Annotated

from iris.model import Flower, IrisModel, Prediction
from iris.refusals import UNREADABLE
from sixlane import APIRouter, Depends, Request

router = APIRouter(tags=["iris"])


def loaded_model(request: Request) -> IrisModel:
    """Take the model that the lifespan loaded."""
    model: IrisModel = request.state.model
    return model


@router.post("/predict/", responses=UNREADABLE)
def predict(flower: Flower, model: Annotated[IrisModel, Depends(loaded_model)]) -> Prediction:
    """Name the species of a flower."""
    # It computes and never waits: as a plain `def` it runs in a thread, and others are served.
    return model.predict(flower)
