"""A bearer token, got with a name and a password."""

import secrets
from typing import Annotated

from sixlane import Depends, FastAPI, HTTPException
from sixlane.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm

app = FastAPI()
bearer = OAuth2PasswordBearer(tokenUrl="token")
passwords = {"ada": "enigma"}  # a real application keeps hashes
tokens: dict[str, str] = {}


@app.post("/token")
async def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]:
    """Give a token for a password."""
    if not secrets.compare_digest(
        passwords.get(form.username, "").encode(), form.password.encode()
    ):
        raise HTTPException(400, "Wrong name or password")
    token = secrets.token_urlsafe()
    tokens[token] = form.username
    return {"access_token": token, "token_type": "bearer"}


def current_user(token: Annotated[str, Depends(bearer)]) -> str:
    """Find whose token it is; without any, `bearer` has answered 401 already."""
    if token not in tokens:
        raise HTTPException(401, "Unknown token", headers={"www-authenticate": "Bearer"})
    return tokens[token]


@app.get("/me")
async def read_me(user: Annotated[str, Depends(current_user)]) -> dict[str, str]:
    """Say who asks."""
    return {"name": user}
