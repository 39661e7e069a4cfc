"""Routes about the system itself, and the jobs that administrators start."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from starlette.responses import RedirectResponse

from auth.deps import OptionalUser, admin_user, instructor_user
from maintenance.deps import LessonsDep, RagDep, ReportDep
from maintenance.schemas import ApiHealth, SystemInformation, SystemStatus, TrainWish
from rag_system.contracts import (
    Acknowledged,
    ProcessAccepted,
    ProcessRequest,
    RollbackRequest,
    Training,
    TrainingHistory,
)
from utils.app import VERSION

TRAIN_PATH = "/maintenance/train"

router = APIRouter(tags=["system"])

_INFORMATION = SystemInformation(
    name="DNA da Força AI",
    system="DNA da Força AI: API server",
    version=VERSION,
    endpoints={
        "app": "/app/",
        "health": "/health",
        "status": "/status",
        "sign_in": "/auth/token",
        "me": "/auth/me",
        "chat": "/chat",
        "chat_signed_in": "/chat-auth",
        "materials": "/materials",
        "process_materials": "/process-materials",
        "initialize_rag": "/initialize-rag",
        "metrics": "/metrics",
    },
    docs="/openapi.json",
)


@router.get("/", response_model=SystemInformation)
async def root(
    response: Response, accept: Annotated[str, Header()] = ""
) -> SystemInformation | RedirectResponse:
    vary = {"Vary": "Accept"}
    if "text/html" in accept:
        return RedirectResponse("/app/", headers=vary)
    response.headers.update(vary)
    return _INFORMATION


@router.get("/health")
async def health(report: ReportDep) -> ApiHealth:
    return await report.health()


@router.get("/status")
async def status(report: ReportDep, user: OptionalUser) -> SystemStatus:
    """The state of every part; its details are for people who are signed in."""
    return await report.status(detailed=user is not None)


@router.post("/process-materials", status_code=202, dependencies=[Depends(instructor_user)])
async def process_materials(rag: RagDep, request: ProcessRequest | None = None) -> ProcessAccepted:
    return await rag.process_materials(request or ProcessRequest())


@router.post("/initialize-rag", dependencies=[Depends(admin_user)])
async def initialize_rag(rag: RagDep) -> Acknowledged:
    return await rag.initialize()


@router.post(
    TRAIN_PATH,
    dependencies=[Depends(admin_user)],
    responses={202: {"model": Training, "description": "it goes on"}},
)
async def train(lessons: LessonsDep, response: Response, wish: TrainWish | None = None) -> Training:
    """Learn from labelled questions and users' thumbs; what is surely better is adopted."""
    training = await lessons.start(wish or TrainWish())
    if training.state == "running":
        response.status_code = 202
    return training


@router.get(TRAIN_PATH, dependencies=[Depends(admin_user)])
async def training_history(rag: RagDep) -> TrainingHistory:
    return await rag.training_history()


@router.post(f"{TRAIN_PATH}/rollback", dependencies=[Depends(admin_user)])
async def roll_back_training(
    rag: RagDep, request: RollbackRequest | None = None
) -> TrainingHistory:
    return await rag.roll_back_training(request or RollbackRequest())
