"""The model: a flower's measures go in, its species comes out."""

import pickle
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from iris.train import MODEL_NAME, save, train

Centimetres = Annotated[float, Field(gt=0, le=30)]


class Flower(BaseModel):
    """The measures of one iris flower."""

    sepal_length: Centimetres = Field(description="Length of a sepal in cm", examples=[5.1])
    sepal_width: Centimetres = Field(description="Width of a sepal in cm", examples=[3.5])
    petal_length: Centimetres = Field(description="Length of a petal in cm", examples=[1.4])
    petal_width: Centimetres = Field(description="Width of a petal in cm", examples=[0.2])


class Prediction(BaseModel):
    """What the model takes the flower for."""

    species: str = Field(description="The most probable species")
    probabilities: dict[str, float] = Field(description="Of each species, 0 to 1, to two places")


class IrisModel:
    """A trained classifier.

    Args:
        classifier: Of scikit-learn, trained on the four measures, with species names as classes.
    """

    def __init__(self, classifier: Any) -> None:
        self._classifier = classifier

    @classmethod
    def load_or_train(cls, folder: Path) -> Self:
        """Load the pickle in a folder; where there is none yet, train and write it first.

        A pickle runs code when it is loaded: load none that you did not write yourself.
        """
        path = folder / MODEL_NAME
        if not path.exists():
            save(train()[0], path)
        with path.open("rb") as file:
            return cls(pickle.load(file))

    def predict(self, flower: Flower) -> Prediction:
        """Name the species of one flower."""
        measures = [
            [flower.sepal_length, flower.sepal_width, flower.petal_length, flower.petal_width]
        ]
        species = self._classifier.predict(measures)[0]
        probabilities = self._classifier.predict_proba(measures)[0]
        return Prediction(
            species=species,
            probabilities={
                name: round(float(probability), 2)
                for name, probability in zip(self._classifier.classes_, probabilities, strict=True)
            },
        )
